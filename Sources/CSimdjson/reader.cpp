// The one caller of simdjson: a walk over a document that checks everything and keeps what was
// asked for.

#include "CSimdjson.h"

#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

namespace od = simdjson::ondemand;

namespace {

/// A step of the paths that were asked for: the names and items that lead on from it.
struct Step {
    struct Name {
        std::string text;
        uint32_t step;
        /// Whether documents may write it in other ways only: it has a quote or a backslash.
        bool is_escaped;
    };
    struct Item {
        size_t index;
        uint32_t step;
    };
    std::vector<Name> names;
    /// The name that came last: documents of one source have one order, as a rule.
    size_t latest = 0;
    std::vector<Item> items;
    /// The values that end here; one path may be asked for twice.
    std::vector<uint32_t> values;
};

constexpr uint32_t none = UINT32_MAX;

/// A number as RFC 8259 has it, from `bytes` up to what cannot belong to it.
size_t number_length(const char *bytes, size_t limit) {
    size_t index = 0;
    auto digits = [&] {
        size_t first = index;
        while (index < limit && bytes[index] >= '0' && bytes[index] <= '9') index++;
        return index - first;
    };
    if (index < limit && bytes[index] == '-') index++;
    if (index < limit && bytes[index] == '0') {
        index++;
    } else if (digits() == 0) {
        return 0;
    }
    if (index < limit && bytes[index] == '.') {
        index++;
        if (digits() == 0) return 0;
    }
    if (index < limit && (bytes[index] == 'e' || bytes[index] == 'E')) {
        index++;
        if (index < limit && (bytes[index] == '+' || bytes[index] == '-')) index++;
        if (digits() == 0) return 0;
    }
    return index;
}

/// Eight bytes at a time; what is compared has padding behind it.
bool is_same(const char *raw, const std::string &text) {
    size_t index = 0;
    for (; index + 8 <= text.size(); index += 8) {
        uint64_t left, right;
        memcpy(&left, raw + index, 8);
        memcpy(&right, text.data() + index, 8);
        if (left != right) return false;
    }
    for (; index < text.size(); index++) {
        if (raw[index] != text[index]) return false;
    }
    return true;
}

bool is_blank(char byte) {
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

} // namespace

struct csimdjson_reader {
    explicit csimdjson_reader(uint32_t depth) : depth_limit(depth), steps(1) {}

    uint32_t depth_limit;
    od::parser parser;
    std::vector<Step> steps;
    uint32_t path_count = 0;

    std::vector<csimdjson_value> values;
    std::vector<uint8_t> names;
    /// A copy of a document that has too little room behind it.
    std::vector<char> padded;

    const char *base = nullptr;
    size_t length = 0;
    size_t last_place = 0;
    bool wants_all = false;
    std::string path;

    int read(const uint8_t *bytes, size_t count, size_t capacity) {
        last_place = 0;
        if (wants_all) {
            values.clear();
            names.clear();
        } else {
            values.assign(path_count, csimdjson_value{});
        }
        const char *text = reinterpret_cast<const char *>(bytes);
        size_t room = capacity;
        if (capacity < count + simdjson::SIMDJSON_PADDING) {
            padded.assign(text, text + count);
            padded.resize(count + simdjson::SIMDJSON_PADDING, ' ');
            text = padded.data();
            room = padded.size();
        }
        base = text;
        length = count;
        od::document document;
        auto error = parser.iterate(text, count, room).get(document);
        if (error) return status(error);
        od::json_type type;
        if ((error = document.type().get(type))) return status(error);
        if (type != od::json_type::object) return CSIMDJSON_NOT_AN_OBJECT;
        od::object object;
        if ((error = document.get_object().get(object))) return status(error);
        int result = read_object(object, 0, 1);
        if (result != CSIMDJSON_OK) return result;
        // Behind the object there is nothing, and so no place to be at.
        const char *rest = nullptr;
        error = document.current_location().get(rest);
        return error == simdjson::OUT_OF_BOUNDS ? CSIMDJSON_OK : CSIMDJSON_MALFORMED;
    }

private:
    static int status(simdjson::error_code error) {
        switch (error) {
        case simdjson::UTF8_ERROR: return CSIMDJSON_NOT_UTF8;
        case simdjson::DEPTH_ERROR: return CSIMDJSON_TOO_DEEP;
        case simdjson::MEMALLOC: return CSIMDJSON_NO_MEMORY;
        default: return CSIMDJSON_MALFORMED;
        }
    }

    int read_object(od::object &object, uint32_t step, uint32_t depth) {
        if (depth > depth_limit) return CSIMDJSON_TOO_DEEP;
        for (auto entry : object) {
            simdjson::error_code error = entry.error();
            if (error) return status(error);
            size_t path_length = path.size();
            uint32_t next = wants_all ? none : expected_step(entry, step);
            if (next == none) {
                std::string_view name;
                if ((error = entry.unescaped_key().get(name))) return status(error);
                next = step == none ? none : step_named(steps[step], name);
                if (wants_all) append_name(name);
            }
            od::value value;
            if ((error = entry.value().get(value))) return status(error);
            int result = read_value(value, next, depth);
            if (wants_all) path.resize(path_length);
            if (result != CSIMDJSON_OK) return result;
        }
        return CSIMDJSON_OK;
    }

    /// The step of the name that follows the latest one, where that is what stands here.
    template <typename Entry> uint32_t expected_step(Entry &entry, uint32_t step) {
        if (step == none) return none;
        Step &from = steps[step];
        if (from.names.empty()) return none;
        size_t index = from.latest + 1 < from.names.size() ? from.latest + 1 : 0;
        od::raw_json_string key;
        if (entry.key().get(key)) return none;
        const std::string &text = from.names[index].text;
        const char *raw = key.raw();
        // Behind the document there is padding, so that as many bytes may be read.
        if (text.size() > simdjson::SIMDJSON_PADDING || from.names[index].is_escaped) return none;
        if (raw[text.size()] != '"' || !is_same(raw, text)) return none;
        from.latest = index;
        return from.names[index].step;
    }

    static uint32_t step_named(Step &from, std::string_view name) {
        for (size_t index = 0; index < from.names.size(); index++) {
            if (from.names[index].text == name) {
                from.latest = index;
                return from.names[index].step;
            }
        }
        return none;
    }

    int read_array(od::array &array, uint32_t step, uint32_t depth) {
        if (depth > depth_limit) return CSIMDJSON_TOO_DEEP;
        size_t index = 0;
        for (auto item : array) {
            uint32_t next = none;
            if (step != none) {
                for (const auto &known : steps[step].items) {
                    if (known.index == index) next = known.step;
                }
            }
            size_t path_length = path.size();
            if (wants_all) path += '[' + std::to_string(index) + ']';
            od::value value;
            auto error = item.get(value);
            if (error) return status(error);
            int result = read_value(value, next, depth);
            path.resize(path_length);
            if (result != CSIMDJSON_OK) return result;
            index++;
        }
        return CSIMDJSON_OK;
    }

    int read_value(od::value &value, uint32_t step, uint32_t depth) {
        std::string_view token = value.raw_json_token();
        size_t place = static_cast<size_t>(token.data() - base);
        last_place = place;
        od::json_type type;
        auto error = value.type().get(type);
        if (error) return status(error);
        switch (type) {
        case od::json_type::object: {
            od::object object;
            if ((error = value.get_object().get(object))) return status(error);
            int result = keep(step, CSIMDJSON_CONTAINER, {}, place);
            return result != CSIMDJSON_OK ? result : read_object(object, step, depth + 1);
        }
        case od::json_type::array: {
            od::array array;
            if ((error = value.get_array().get(array))) return status(error);
            int result = keep(step, CSIMDJSON_CONTAINER, {}, place);
            return result != CSIMDJSON_OK ? result : read_array(array, step, depth + 1);
        }
        case od::json_type::string: {
            std::string_view text;
            if ((error = value.get_string().get(text))) return status(error);
            return keep(step, CSIMDJSON_TEXT, text, place);
        }
        case od::json_type::number: {
            size_t count = number_length(token.data(), length - place);
            if (count == 0 || !ends_well(token.data() + count, token.data() + token.size())) {
                return CSIMDJSON_MALFORMED;
            }
            return keep(step, CSIMDJSON_NUMBER, token.substr(0, count), place);
        }
        case od::json_type::boolean: {
            bool flag;
            if ((error = value.get_bool().get(flag))) return status(error);
            return keep(step, CSIMDJSON_FLAG, flag ? "true" : "false", place);
        }
        case od::json_type::null: {
            bool is_null = false;
            if ((error = value.is_null().get(is_null))) return status(error);
            if (!is_null) return CSIMDJSON_MALFORMED;
            return keep(step, CSIMDJSON_ABSENT, {}, place);
        }
        }
        return CSIMDJSON_MALFORMED;
    }

    /// Only blanks between a number and what follows it.
    bool ends_well(const char *from, const char *end) const {
        const char *last = base + length;
        while (from < end && from < last) {
            if (!is_blank(*from++)) return false;
        }
        return true;
    }

    int keep(uint32_t step, uint32_t kind, std::string_view text, size_t place) {
        if (wants_all) {
            if (kind == CSIMDJSON_CONTAINER) return CSIMDJSON_OK;
            csimdjson_value value{};
            value.name_start = static_cast<uint32_t>(names.size());
            names.insert(names.end(), path.begin(), path.end());
            value.name_end = static_cast<uint32_t>(names.size());
            set(value, kind, text, place);
            values.push_back(value);
            return CSIMDJSON_OK;
        }
        if (step == none) return CSIMDJSON_OK;
        for (uint32_t index : steps[step].values) {
            if (values[index].place != 0) return CSIMDJSON_TWICE;
            set(values[index], kind, text, place);
        }
        return CSIMDJSON_OK;
    }

    static void set(
        csimdjson_value &value, uint32_t kind, std::string_view text, size_t place) {
        value.bytes = reinterpret_cast<const uint8_t *>(text.data());
        value.length = static_cast<uint32_t>(text.size());
        value.place = static_cast<uint32_t>(place);
        value.kind = kind;
    }

    void append_name(std::string_view name) {
        if (!path.empty()) path += '.';
        for (char byte : name) {
            if (byte == '.' || byte == '[' || byte == '\\') path += '\\';
            path += byte;
        }
    }
};

extern "C" {

csimdjson_reader *csimdjson_new(uint32_t depth) {
    return new (std::nothrow) csimdjson_reader(depth);
}

void csimdjson_free(csimdjson_reader *reader) { delete reader; }

int csimdjson_add_path(csimdjson_reader *reader, const uint8_t *path, size_t length) {
    std::string_view text(reinterpret_cast<const char *>(path), length);
    uint32_t step = 0;
    size_t index = 0;
    auto follow = [&](auto &known, auto same, auto made) {
        for (auto &entry : known) {
            if (same(entry)) {
                step = entry.step;
                return;
            }
        }
        auto next = static_cast<uint32_t>(reader->steps.size());
        known.push_back(made(next));
        step = next;
        reader->steps.emplace_back();
    };
    if (length == 0) return 0;
    while (index < length) {
        if (text[index] == '[') {
            size_t item = 0;
            size_t digits = 0;
            for (index++; index < length && text[index] >= '0' && text[index] <= '9'; index++) {
                item = item * 10 + static_cast<size_t>(text[index] - '0');
                if (++digits > 6) return 0;
            }
            if (digits == 0 || index == length || text[index] != ']') return 0;
            index++;
            follow(
                reader->steps[step].items, [&](auto &entry) { return entry.index == item; },
                [&](uint32_t next) { return Step::Item{item, next}; });
            continue;
        }
        if (index > 0) {
            if (text[index] != '.') return 0;
            index++;
        }
        std::string name;
        while (index < length && text[index] != '.' && text[index] != '[') {
            if (text[index] == '\\' && ++index == length) return 0;
            name += text[index++];
        }
        if (name.empty()) return 0;
        follow(
            reader->steps[step].names, [&](auto &entry) { return entry.text == name; },
            [&](uint32_t next) {
                bool is_escaped = name.find_first_of("\"\\") != std::string::npos;
                return Step::Name{name, next, is_escaped};
            });
    }
    reader->steps[step].values.push_back(reader->path_count++);
    return 1;
}

int csimdjson_read(csimdjson_reader *reader, const uint8_t *bytes, size_t length, size_t capacity) {
    reader->wants_all = false;
    return reader->read(bytes, length, capacity);
}

int csimdjson_read_row(
    csimdjson_reader *reader, const uint8_t *bytes, size_t length, size_t capacity, uint8_t *arena,
    size_t arena_capacity, size_t *arena_length, uint32_t *starts, uint32_t *ends) {
    reader->wants_all = false;
    int result = reader->read(bytes, length, capacity);
    if (result != CSIMDJSON_OK) return result;
    size_t end = *arena_length;
    for (size_t index = 0; index < reader->values.size(); index++) {
        const csimdjson_value &value = reader->values[index];
        if (value.kind == CSIMDJSON_CONTAINER) return CSIMDJSON_NOT_AN_OBJECT;
        if (value.length > arena_capacity - end) return CSIMDJSON_NO_MEMORY;
        starts[index] = static_cast<uint32_t>(end);
        if (value.length > 0) memcpy(arena + end, value.bytes, value.length);
        end += value.length;
        ends[index] = static_cast<uint32_t>(end);
    }
    *arena_length = end;
    return CSIMDJSON_OK;
}

int csimdjson_read_all(
    csimdjson_reader *reader, const uint8_t *bytes, size_t length, size_t capacity) {
    reader->wants_all = true;
    reader->path.clear();
    return reader->read(bytes, length, capacity);
}

uint32_t csimdjson_error_place(const csimdjson_reader *reader) {
    return static_cast<uint32_t>(reader->last_place);
}

const csimdjson_value *csimdjson_values(const csimdjson_reader *reader) {
    return reader->values.data();
}

size_t csimdjson_value_count(const csimdjson_reader *reader) { return reader->values.size(); }

const uint8_t *csimdjson_names(const csimdjson_reader *reader) { return reader->names.data(); }
}
