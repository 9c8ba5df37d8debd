// OCEL 2.0 in JSON as records: one for each event, with its attributes and the objects it is about.
// Source: A. Berti et al., OCEL (Object-Centric Event Log) 2.0 Specification, 2023, section 6.

/// Reads an OCEL file record by record.
///
/// A record has `id`, `type` and `time`, each attribute as `attribute:NAME`, the first object of a
/// type as `object:TYPE`, and the first one of a qualifier as `qualifier:NAME`. The attributes of
/// that object come as `object:TYPE:NAME`, with the last value at or before the event's time where
/// they change, by the text order of ISO 8601.
struct OCELStream: RecordStream, ~Copyable {
    private var elements: JSONElementReader
    private let documents = JSONFieldReader(paths: [])
    private let objects: ObjectTypes
    private var queue: NamedRecordQueue

    /// - Parameter makeSource: the file's bytes from the beginning; called twice, since objects may
    ///   stand behind the events.
    init(
        columnNames: [String], path: String,
        makeSource: () throws(IngestionError) -> ByteSource
    ) throws(IngestionError) {
        let objects = try ObjectTypes(reading: try makeSource(), path: path)
        let source = try makeSource()
        self.objects = objects
        elements = JSONElementReader(source, shape: .sections, path: path)
        queue = NamedRecordQueue(columnNames: columnNames)
    }

    var columnNames: [String] { queue.columnNames }
    var bytesRead: Int { elements.bytesRead }
    var buffer: [UInt8] { queue.buffer }
    var prefix: [UInt8] { [] }

    mutating func next(_ fields: inout FieldTable) throws(IngestionError) -> RecordPlace? {
        while true {
            if let place = queue.take(&fields) { return place }
            guard let element = try elements.nextElement() else { return nil }
            guard element.section == "events" else { continue }
            var entries: [JSONEntry] = []
            let problem = documents.readAll(elements.buffer, element.range, into: &entries)
            queue.add(
                record(entries), line: element.line, byteOffset: element.byteOffset,
                problem: problem)
        }
    }

    private func record(_ entries: [JSONEntry]) -> NamedValues {
        var values = NamedValues()
        let event = OCELElement(entries)
        for (name, value) in event.own { values.append(name.utf8, value) }
        for attribute in event.attributes {
            values.append("attribute:\(attribute.name)".utf8, attribute.value)
        }
        let time = event.own.first { $0.name == "time" }?.value ?? []
        var types: Set<String> = []
        var qualifiers: Set<String> = []
        for relation in event.relations {
            if qualifiers.insert(relation.qualifier).inserted {
                values.append("qualifier:\(relation.qualifier)".utf8, relation.object)
            }
            guard let object = objects.object(relation.object),
                types.insert(object.type).inserted
            else { continue }
            values.append("object:\(object.type)".utf8, relation.object)
            for attribute in object.attributes(at: time) {
                values.append("object:\(object.type):\(attribute.name)".utf8, attribute.value)
            }
        }
        return values
    }
}

/// The objects of a file, by their ids.
private struct ObjectTypes {
    struct Object {
        var type: String
        /// In the order of their times.
        var changes: [OCELElement.Attribute]

        /// Each attribute's last value at a time or before; its first one where all are later.
        func attributes(at time: [UInt8]) -> [OCELElement.Attribute] {
            var latest: [OCELElement.Attribute] = []
            for change in changes {
                guard let index = latest.firstIndex(where: { $0.name == change.name }) else {
                    latest.append(change)
                    continue
                }
                if !time.lexicographicallyPrecedes(change.time) { latest[index] = change }
            }
            return latest
        }
    }

    private var places = ByteTable()
    private var objects: [Object] = []

    init(reading source: consuming ByteSource, path: String) throws(IngestionError) {
        var elements = JSONElementReader(source, shape: .sections, path: path)
        let documents = JSONFieldReader(paths: [])
        var entries: [JSONEntry] = []
        while let element = try elements.nextElement() {
            guard element.section == "objects" else { continue }
            if let problem = documents.readAll(elements.buffer, element.range, into: &entries) {
                throw .damagedDocument(
                    path: path, line: element.line, byteOffset: element.byteOffset,
                    expected: "\(problem.expected) for an object")
            }
            let object = OCELElement(entries)
            let id = object.own.first { $0.name == "id" }?.value ?? []
            let type = object.own.first { $0.name == "type" }?.value ?? []
            guard !id.isEmpty, places.find(id.span, 0..<id.count) == nil else { continue }
            places.insert(id.span, 0..<id.count, value: UInt32(objects.count))
            objects.append(
                Object(
                    type: String(decoding: type, as: UTF8.self),
                    changes: object.attributes.sorted {
                        $0.time.lexicographicallyPrecedes($1.time)
                    }))
        }
    }

    func object(_ id: [UInt8]) -> Object? {
        places.find(id.span, 0..<id.count).map { objects[Int($0)] }
    }
}

/// An event or an object of a file, from its values and their paths.
private struct OCELElement {
    struct Attribute {
        var name = ""
        var value: [UInt8] = []
        var time: [UInt8] = []
    }

    struct Relation {
        var object: [UInt8] = []
        var qualifier = ""
    }

    /// `id`, `type`, `time`, and whatever else stands beside them.
    var own: [(name: String, value: [UInt8])] = []
    var attributes: [Attribute] = []
    var relations: [Relation] = []

    init(_ entries: [JSONEntry]) {
        for entry in entries {
            guard let (list, index, name) = OCELElement.item(entry.path) else {
                own.append((entry.path, entry.value))
                continue
            }
            switch list {
            case "attributes":
                while attributes.count <= index { attributes.append(Attribute()) }
                switch name {
                case "name": attributes[index].name = String(decoding: entry.value, as: UTF8.self)
                case "value": attributes[index].value = entry.value
                case "time": attributes[index].time = entry.value
                default: break
                }
            case "relationships":
                while relations.count <= index { relations.append(Relation()) }
                switch name {
                case "objectId": relations[index].object = entry.value
                case "qualifier":
                    relations[index].qualifier = String(decoding: entry.value, as: UTF8.self)
                default: break
                }
            default: break
            }
        }
    }

    /// `attributes[3].name` as its parts.
    private static func item(_ path: String) -> (list: Substring, index: Int, name: Substring)? {
        guard let open = path.firstIndex(of: "["), let close = path.firstIndex(of: "]"),
            open < close, let index = Int(path[path.index(after: open)..<close]),
            let dot = path[close...].firstIndex(of: ".")
        else { return nil }
        return (path[..<open], index, path[path.index(after: dot)...])
    }
}
