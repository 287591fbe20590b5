/// Messages in wire format as JSON.
struct MessagePrinter {
    let pool: DescriptorPool
    let options: JSONOptions
    let limits: JSONLimits
    var out: JSONTextWriter
    private var values = 0

    init(pool: DescriptorPool, options: JSONOptions, limits: JSONLimits) {
        (self.pool, self.options, self.limits) = (pool, options, limits)
        out = JSONTextWriter(isPretty: options.isPretty, limit: limits.maximumOutputBytes)
    }

    /// A message of any type, those with a form of their own too. `depth` begins with 1.
    mutating func message(_ wire: WireSlice, _ schema: MessageSchema, depth: Int) throws(JSONError) {
        guard depth <= limits.maximumDepth else { throw JSONError(.tooDeep(limit: limits.maximumDepth)) }
        if let wellKnown = schema.wellKnown { return try self.wellKnown(wire, wellKnown, depth: depth) }
        try out.begin("{")
        try fields(wire, schema, depth: depth)
        try out.end("}")
    }

    /// The members of an ordinary message.
    mutating func fields(_ wire: WireSlice, _ schema: MessageSchema, depth: Int) throws(JSONError) {
        let found = try collect(wire, schema)
        let places = options.emitsDefaults ? Array(schema.fields.indices) : found.keys.sorted()
        for place in places {
            let field = schema.fields[place]
            do throws(JSONError) {
                try self.field(found[place] ?? [], field, WireSlice(bytes: wire.bytes, ranges: []), depth: depth)
            } catch {
                throw error.inside(".\(field.jsonName)")
            }
        }
    }

    /// What is on the wire for each field, by its place. Of a oneof, only the member that was set last.
    private mutating func collect(_ wire: WireSlice, _ schema: MessageSchema) throws(JSONError) -> [Int: [WireValue]] {
        var (found, chosen): ([Int: [WireValue]], [Int: Int]) = ([:], [:])
        for range in wire.ranges {
            var reader = WireReader(wire.bytes, range)
            while let met = try reader.checkedNext() {
                try count()
                guard let place = schema.byNumber[met.number], case let field = schema.fields[place] else { continue }
                guard ScalarPrinter.fits(met.value, field.kind) || Self.isPacked(met.value, field) else { continue }
                if let oneof = field.oneof, let before = chosen.updateValue(place, forKey: oneof), before != place { found[before] = nil }
                let keepsAll = field.cardinality == .repeated || field.cardinality == .map || field.kind == .message
                if keepsAll { found[place, default: []].append(met.value) } else { found[place] = [met.value] }
            }
        }
        return found
    }

    /// Packed values are read whatever the contract says of packing.
    private static func isPacked(_ value: WireValue, _ field: FieldSchema) -> Bool {
        if case .bytes = value { field.cardinality == .repeated && field.kind.isPackable } else { false }
    }

    mutating func count() throws(JSONError) {
        values += 1
        guard values <= limits.maximumValues else { throw JSONError(.tooManyValues(limit: limits.maximumValues)) }
    }

    private mutating func name(_ field: FieldSchema) throws(JSONError) {
        try out.name(options.usesOriginalNames ? field.nameBytes : field.jsonNameBytes)
    }

    private mutating func field(_ met: [WireValue], _ field: FieldSchema, _ wire: WireSlice, depth: Int) throws(JSONError) {
        switch field.cardinality {
        case .singular, .required:
            guard let last = met.last else {
                if !field.hasPresence { try emitDefault(field) }
                return
            }
            if !field.hasPresence, ScalarPrinter.isDefault(last) {
                if options.emitsDefaults { try emitDefault(field) }
                return
            }
            try name(field)
            if field.kind == .message {
                let whole = WireSlice(bytes: wire.bytes, ranges: Self.ranges(met))
                try message(whole, pool.message(of: field), depth: depth + 1)
            } else {
                try element(last, field, wire.bytes, depth: depth)
            }
        case .repeated: try list(met, field, wire.bytes, depth: depth)
        case .map: try map(met, field, wire.bytes, depth: depth)
        }
    }

    private static func ranges(_ values: [WireValue]) -> [Range<Int>] {
        values.compactMap { value in if case .bytes(let range) = value { range } else { nil } }
    }

    private mutating func emitDefault(_ field: FieldSchema) throws(JSONError) {
        guard options.emitsDefaults else { return }
        try name(field)
        if field.kind == .enumeration {
            try element(.varint(0), field, [], depth: 1)
        } else {
            try ScalarPrinter.writeDefault(field.kind, &out)
        }
    }

    /// One value: of a list or of a singular scalar.
    private mutating func element(_ value: WireValue, _ field: FieldSchema, _ bytes: [UInt8], depth: Int) throws(JSONError) {
        switch (field.kind, value) {
        case (.message, .bytes(let range)):
            try message(WireSlice(bytes: bytes, ranges: [range]), pool.message(of: field), depth: depth + 1)
        case (.enumeration, .varint(let bits)):
            let (schema, number) = (pool.enumeration(of: field), Int32(truncatingIfNeeded: bits))
            if schema.isNull {
                try out.word("null")
            } else if let name = schema.byNumber[number] {
                try out.string(name)
            } else {
                try out.word("\(number)")
            }
        default: try ScalarPrinter.write(value, field.kind, bytes, &out)
        }
    }

    // MARK: Lists

    private mutating func list(_ met: [WireValue], _ field: FieldSchema, _ bytes: [UInt8], depth: Int) throws(JSONError) {
        let elements = try unpacked(met, field, bytes)
        guard !elements.isEmpty || options.emitsDefaults else { return }
        try name(field)
        try out.begin("[")
        for (index, value) in elements.enumerated() {
            do throws(JSONError) { try element(value, field, bytes, depth: depth) } catch { throw error.inside("[\(index)]") }
        }
        try out.end("]")
    }

    private mutating func unpacked(_ met: [WireValue], _ field: FieldSchema, _ bytes: [UInt8]) throws(JSONError) -> [WireValue] {
        guard field.kind.isPackable else { return met }
        var elements: [WireValue] = []
        for value in met {
            guard case .bytes(let range) = value else {
                elements.append(value)
                continue
            }
            var reader = WireReader(bytes, range)
            while !reader.isAtEnd {
                try count()
                do throws(WireFault) { elements.append(try reader.packed(field.kind)) } catch { throw JSONError(.damaged(error)) }
            }
        }
        return elements
    }

    // MARK: Maps

    private mutating func map(_ met: [WireValue], _ field: FieldSchema, _ bytes: [UInt8], depth: Int) throws(JSONError) {
        guard let (key, value) = pool.message(of: field).entry else { return }
        var entries: [PrintedKey: WireSlice?] = [:]
        for (index, range) in Self.ranges(met).enumerated() {
            do throws(JSONError) {
                let (name, slice) = try entry(bytes, range, key, value)
                entries[name] = .some(slice)
            } catch {
                throw error.inside("{\(index)}")
            }
        }
        guard !entries.isEmpty || options.emitsDefaults else { return }
        try name(field)
        try out.begin("{")
        for (index, (name, slice)) in entries.sorted(by: { $0.key < $1.key }).enumerated() {
            try out.name(name.text)
            do throws(JSONError) { try entryValue(slice, value, bytes, depth: depth) } catch { throw error.inside("{\(index)}") }
        }
        try out.end("}")
    }

    /// The key of an entry, and where its value lies: one place for scalars, all for messages; nil where it has none.
    private mutating func entry(
        _ bytes: [UInt8], _ range: Range<Int>, _ key: FieldSchema, _ value: FieldSchema
    ) throws(JSONError) -> (PrintedKey, WireSlice?) {
        var (name, slice): (WireValue?, WireSlice?) = (nil, nil)
        var reader = WireReader(bytes, range)
        var start = reader.position
        while let met = try reader.checkedNext() {
            try count()
            if met.number == 1, ScalarPrinter.fits(met.value, key.kind) { name = met.value }
            if met.number == 2, ScalarPrinter.fits(met.value, value.kind) {
                let place = start..<reader.position
                if value.kind == .message, slice != nil {
                    slice?.ranges.append(place)
                } else {
                    slice = WireSlice(bytes: bytes, ranges: [place])
                }
            }
            start = reader.position
        }
        return (try PrintedKey(name, key.kind, bytes), slice)
    }

    private mutating func entryValue(_ slice: WireSlice?, _ field: FieldSchema, _ bytes: [UInt8], depth: Int) throws(JSONError) {
        var met: [WireValue] = []
        for range in slice?.ranges ?? [] {
            var reader = WireReader(bytes, range)
            if let field = try reader.checkedNext() { met.append(field.value) }
        }
        if field.kind == .message {
            try message(WireSlice(bytes: bytes, ranges: Self.ranges(met)), pool.message(of: field), depth: depth + 1)
        } else if let last = met.last {
            try element(last, field, bytes, depth: depth)
        } else if field.kind == .enumeration {
            try element(.varint(0), field, bytes, depth: depth)
        } else {
            try ScalarPrinter.writeDefault(field.kind, &out)
        }
    }
}

extension WireReader {
    /// The next of packed values.
    fileprivate mutating func packed(_ kind: FieldSchema.Kind) throws(WireFault) -> WireValue {
        switch kind {
        case .double, .fixed64, .sfixed64: .fixed64(try fixed64())
        case .float, .fixed32, .sfixed32: .fixed32(try fixed32())
        default: .varint(try varint())
        }
    }
}
