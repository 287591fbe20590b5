/// The messages whose JSON is not an object of their fields.
extension MessageBuilder {
    func wellKnown(_ value: JSONValue, _ type: WellKnownType) throws(JSONError) -> [UInt8] {
        switch type {
        case .any: return try any(value)
        case .duration:
            guard case .string(let text) = value, let (seconds, nanos) = DurationText.parse(text) else {
                throw JSONError(.expected(.duration))
            }
            return Self.parts(seconds, nanos)
        case .timestamp:
            guard case .string(let text) = value, let (seconds, nanos) = TimestampText.parse(text) else {
                throw JSONError(.expected(.timestamp))
            }
            return Self.parts(seconds, nanos)
        case .fieldMask:
            guard case .string(let text) = value, let paths = FieldMaskText.paths(text) else { throw JSONError(.expected(.fieldMask)) }
            var writer = WireWriter()
            for path in paths { writer.bytes(1, path) }
            return writer.bytes
        case .wrapper(let kind):
            let scalar = try ScalarReader.scalar(value, kind)
            var writer = WireWriter()
            if !scalar.isDefault { writer.field(1, scalar) }
            return writer.bytes
        case .structure: return try structure(value)
        case .list: return try list(value)
        case .value: return try anything(value)
        }
    }

    /// Seconds in field 1 and nanoseconds in field 2.
    private static func parts(_ seconds: Int64, _ nanos: Int64) -> [UInt8] {
        var writer = WireWriter()
        if seconds != 0 { writer.field(1, .varint(UInt64(bitPattern: seconds))) }
        if nanos != 0 { writer.field(2, .varint(UInt64(bitPattern: nanos))) }
        return writer.bytes
    }

    // MARK: struct.proto

    private func structure(_ value: JSONValue) throws(JSONError) -> [UInt8] {
        guard case .object(let members) = value else { throw JSONError(.expected(.object)) }
        var writer = WireWriter()
        for (index, member) in members.enumerated() {
            var entry = WireWriter()
            entry.bytes(1, member.name)
            do throws(JSONError) { entry.bytes(2, try anything(member.value)) } catch { throw error.inside("{\(index)}") }
            writer.bytes(1, entry.bytes)
        }
        return writer.bytes
    }

    private func list(_ value: JSONValue) throws(JSONError) -> [UInt8] {
        guard case .array(let values) = value else { throw JSONError(.expected(.list)) }
        var writer = WireWriter()
        for (index, element) in values.enumerated() {
            do throws(JSONError) { writer.bytes(1, try anything(element)) } catch { throw error.inside("[\(index)]") }
        }
        return writer.bytes
    }

    /// A `google.protobuf.Value`.
    private func anything(_ value: JSONValue) throws(JSONError) -> [UInt8] {
        var writer = WireWriter()
        switch value {
        case .null: writer.field(1, .varint(0))
        case .number: writer.field(2, try ScalarReader.scalar(value, .double))
        case .string(let text): writer.bytes(3, text)
        case .bool(let truth): writer.field(4, .varint(truth ? 1 : 0))
        case .object: writer.bytes(5, try structure(value))
        case .array: writer.bytes(6, try list(value))
        }
        return writer.bytes
    }

    // MARK: any.proto

    private static let typeName = Array("@type".utf8)
    private static let valueName = Array("value".utf8)

    private func any(_ value: JSONValue) throws(JSONError) -> [UInt8] {
        guard case .object(let members) = value else { throw JSONError(.expected(.any)) }
        if members.isEmpty { return [] }
        guard let named = members.first(where: { $0.name == Self.typeName }), case .string(let url) = named.value,
            let slash = url.lastIndex(of: UInt8(ascii: "/"))
        else { throw JSONError(.expected(.any)) }
        let name = Array(url[(slash + 1)...])
        guard let schema = String(validating: name, as: UTF8.self).flatMap(pool.message) else {
            throw JSONError(.unknownType(JSONNames.shown(name)))
        }
        let rest = members.filter { $0.name != Self.typeName }
        let content: [UInt8]
        if schema.wellKnown != nil || (schema.name == "google.protobuf.Empty" && !rest.isEmpty) {
            guard rest.count == 1, let held = rest.first, held.name == Self.valueName else { throw JSONError(.expected(.any)) }
            do throws(JSONError) { content = try message(held.value, schema) } catch { throw error.inside(".value") }
        } else {
            content = try fields(rest, schema)
        }
        var writer = WireWriter()
        writer.bytes(1, url)
        if !content.isEmpty { writer.bytes(2, content) }
        return writer.bytes
    }
}
