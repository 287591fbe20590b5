/// JSON values as messages in wire format. How deep it goes is bounded by the text, whose depth the parser has bounded.
struct MessageBuilder {
    let pool: DescriptorPool
    let options: JSONOptions

    /// A message of any type, those with a form of their own too.
    func message(_ value: JSONValue, _ schema: MessageSchema) throws(JSONError) -> [UInt8] {
        if let wellKnown = schema.wellKnown { return try self.wellKnown(value, wellKnown) }
        guard case .object(let members) = value else { throw JSONError(.expected(.object)) }
        return try fields(members, schema)
    }

    /// A message of an ordinary type, by the members of its object.
    func fields(_ members: [JSONValue.Member], _ schema: MessageSchema) throws(JSONError) -> [UInt8] {
        var given: [(place: Int, value: JSONValue)] = []
        given.reserveCapacity(members.count)
        for member in members {
            guard let place = schema.byName[member.name] else {
                if options.ignoresUnknown { continue }
                throw JSONError(.unknownField(JSONNames.shown(member.name)))
            }
            given.append((place, member.value))
        }
        given.sort { $0.place < $1.place }
        var (writer, before, chosen): (WireWriter, Int?, Set<Int>) = (WireWriter(), nil, [])
        for (place, value) in given {
            let field = schema.fields[place]
            guard place != before else { throw JSONError(.fieldTwice).inside(".\(field.jsonName)") }
            before = place
            if value.isNull, !takesNull(field) { continue }
            if let oneof = field.oneof, !chosen.insert(oneof).inserted { throw JSONError(.twoOfOneof(schema.oneofs[oneof])) }
            do throws(JSONError) { try self.field(value, field, &writer) } catch { throw error.inside(".\(field.jsonName)") }
        }
        for (place, field) in schema.fields.enumerated() where field.cardinality == .required {
            guard given.contains(where: { $0.place == place && !$0.value.isNull }) else { throw JSONError(.missingField(field.jsonName)) }
        }
        return writer.bytes
    }

    /// Whether null is a value of the field, and not the lack of one.
    private func takesNull(_ field: FieldSchema) -> Bool {
        guard field.cardinality == .singular || field.cardinality == .required else { return false }
        return isNullValue(field)
    }

    private func isNullValue(_ field: FieldSchema) -> Bool {
        switch field.kind {
        case .message: pool.message(of: field).wellKnown == .value
        case .enumeration: pool.enumeration(of: field).isNull
        default: false
        }
    }

    private func field(_ value: JSONValue, _ field: FieldSchema, _ writer: inout WireWriter) throws(JSONError) {
        switch field.cardinality {
        case .singular, .required:
            guard let element = try element(value, field) else { return }
            if field.hasPresence || !element.isDefault { writer.field(field.number, element) }
        case .repeated:
            guard case .array(let values) = value else { throw JSONError(.expected(.list)) }
            try list(values, field, &writer)
        case .map:
            guard case .object(let members) = value else { throw JSONError(.expected(.object)) }
            try map(members, field, &writer)
        }
    }

    private func list(_ values: [JSONValue], _ field: FieldSchema, _ writer: inout WireWriter) throws(JSONError) {
        var packed = WireWriter()
        for (index, value) in values.enumerated() {
            let element: ScalarValue?
            do throws(JSONError) {
                guard !value.isNull || isNullValue(field) else { throw JSONError(.expected(.notNull)) }
                element = try self.element(value, field)
            } catch {
                throw error.inside("[\(index)]")
            }
            guard let element else { continue }
            if field.isPacked { packed.element(element) } else { writer.field(field.number, element) }
        }
        if !packed.bytes.isEmpty { writer.bytes(field.number, packed.bytes) }
    }

    private func map(_ members: [JSONValue.Member], _ field: FieldSchema, _ writer: inout WireWriter) throws(JSONError) {
        guard let (keyField, valueField) = pool.message(of: field).entry else { throw JSONError(.expected(.object)) }
        var keys: Set<[UInt8]> = []
        for (index, member) in members.enumerated() {
            var entry = WireWriter()
            do throws(JSONError) {
                entry.field(1, try ScalarReader.key(member.name, keyField.kind))
                guard keys.insert(entry.bytes).inserted else { throw JSONError(.keyTwice) }
                guard !member.value.isNull || isNullValue(valueField) else { throw JSONError(.expected(.notNull)) }
                guard let value = try element(member.value, valueField) else { continue }
                entry.field(2, value)
            } catch {
                throw error.inside("{\(index)}")
            }
            writer.bytes(field.number, entry.bytes)
        }
    }

    /// One value of a field; nil for the name of an enum that is passed over.
    private func element(_ value: JSONValue, _ field: FieldSchema) throws(JSONError) -> ScalarValue? {
        switch field.kind {
        case .message: .bytes(try message(value, pool.message(of: field)))
        case .enumeration: try enumeration(value, pool.enumeration(of: field))
        default: try ScalarReader.scalar(value, field.kind)
        }
    }

    private func enumeration(_ value: JSONValue, _ schema: EnumSchema) throws(JSONError) -> ScalarValue? {
        let number: Int32?
        switch value {
        case .null where schema.isNull: number = 0
        case .string(let name):
            number = schema.byName[name]
            if number == nil, options.ignoresUnknown { return nil }
        case .number: number = ScalarReader.signed(value).flatMap(Int32.init(exactly:))
        default: number = nil
        }
        guard let number, !schema.isClosed || schema.byNumber[number] != nil else {
            throw JSONError(.expected(.enumeration(schema.name)))
        }
        return .varint(UInt64(bitPattern: Int64(number)))
    }
}
