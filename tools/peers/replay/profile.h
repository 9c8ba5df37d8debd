// What a replay keeps by day, by customer and by contact beside its totals, as Sources/Simulation
// does: sums by day and figure, the effort of contacts served, and how unevenly both fall.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

enum Figure {
    dayContacts, dayReworkContacts, daySilentGiveUps, dayHandleTime, dayCharges, dayServed,
    dayServedTime, figureCount
};

struct Effort {
    int64_t count = 0, sum = 0, squares = 0;

    void add(int64_t deciseconds, int64_t sign) {
        count += sign;
        sum += sign * deciseconds;
        squares += sign * deciseconds * deciseconds;
    }
};

/// As recorded: what each replication's changes are added to.
struct RecordedProfile {
    struct Day {
        int64_t contacts, served, servedTime;
    };
    int64_t firstDay, dayCount, windowFirst, segmentCount;
    Effort effort;
    /// Of the scenario's days.
    std::vector<Day> window;
    /// By number of contacts: customers.
    std::vector<int64_t> counts;
    /// By customer.
    std::vector<int32_t> contactsOf, segmentOf;
};

/// Scenario minus baseline by day and figure, and of the effort that contacts took.
struct Profile {
    const RecordedProfile &recorded;
    std::vector<int64_t> sums;
    Effort effort;

    explicit Profile(const RecordedProfile &r) : recorded(r), sums(r.dayCount * figureCount) {}

    void reset() {
        std::fill(sums.begin(), sums.end(), 0);
        effort = Effort();
    }
    int64_t *day(int64_t day) { return &sums[(day - recorded.firstDay) * figureCount]; }
    int64_t dayOf(int64_t local) const {
        int64_t last = recorded.firstDay + recorded.dayCount - 1;
        return std::min(std::max(recorded.firstDay, local / 86400000000), last);
    }
    void serve(int64_t microseconds, int64_t *figures, int64_t sign) {
        int64_t deciseconds = microseconds / 100000;
        figures[dayServed] += sign;
        figures[dayServedTime] += sign * deciseconds;
        effort.add(deciseconds, sign);
    }
};

class CompensatedSum {
    double sum = 0, dropped = 0;

public:
    void add(double value) {
        double next = sum + value;
        if (std::isfinite(next))
            dropped += std::fabs(sum) >= std::fabs(value) ? (sum - next) + value
                                                          : (value - next) + sum;
        sum = next;
    }
    double value() const { return sum + dropped; }
};

/// How unevenly contacts fall on customers, and effort on contacts and days; 0 where there are too
/// few of them.
struct Spread {
    double gini = 0, topTenth = 0, interactionVariation = 0, aggregateVariation = 0;
    double contactsVariation = 0;

    Spread(const Profile &profile, const std::vector<int64_t> &counts) {
        const RecordedProfile &recorded = profile.recorded;
        concentrate(counts);
        interactionVariation = variation(recorded.effort, profile.effort);
        std::vector<double> means, contacts;
        int64_t first = recorded.windowFirst - recorded.firstDay;
        for (size_t i = 0; i < recorded.window.size(); i++) {
            const int64_t *change = &profile.sums[(first + i) * figureCount];
            int64_t served = recorded.window[i].served + change[dayServed];
            if (served > 0)
                means.push_back(double(recorded.window[i].servedTime + change[dayServedTime])
                                / double(served));
            contacts.push_back(double(recorded.window[i].contacts + change[dayContacts]));
        }
        aggregateVariation = variation(means);
        contactsVariation = variation(contacts);
    }

private:
    void concentrate(const std::vector<int64_t> &counts) {
        int64_t n = 0, before = 0, weighted = 0, sum = 0, held = 0;
        for (int64_t count : counts) n += count;
        for (size_t i = 0; i < counts.size(); i++) {
            weighted += int64_t(i) * counts[i] * (2 * before + counts[i] - n);
            sum += int64_t(i) * counts[i];
            before += counts[i];
        }
        int64_t left = (n + 9) / 10;
        for (size_t i = counts.size(); i-- > 0;) {
            int64_t taken = std::min(left, counts[i]);
            held += taken * int64_t(i);
            left -= taken;
        }
        if (sum <= 0) return;
        gini = double(weighted) / (double(n) * double(sum));
        topTenth = double(held) / double(sum);
    }
    static double variation(const Effort &before, const Effort &change) {
        int64_t count = before.count + change.count;
        double n = double(count), total = double(before.sum + change.sum);
        if (count <= 1 || total <= 0) return 0;
        double squares = double(before.squares + change.squares);
        double variance = std::max(0.0, (squares - total * total / n) / (n - 1));
        return std::sqrt(variance) / (total / n);
    }
    static double variation(const std::vector<double> &values) {
        if (values.size() < 2) return 0;
        CompensatedSum sum, squares;
        for (double value : values) sum.add(value);
        double mean = sum.value() / double(values.size());
        if (mean <= 0) return 0;
        for (double value : values) squares.add((value - mean) * (value - mean));
        return std::sqrt(squares.value() / double(values.size() - 1)) / mean;
    }
};
