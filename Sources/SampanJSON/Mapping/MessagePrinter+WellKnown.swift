/// The messages whose JSON is not an object of their fields.
extension MessagePrinter {
    mutating func wellKnown(_ wire: WireSlice, _ type: WellKnownType, depth: Int) throws(JSONError) {
        switch type {
        case .any: try any(wire, depth: depth)
        case .duration:
            let (seconds, nanos) = try parts(wire)
            guard let text = DurationText.text(seconds: seconds, nanos: nanos) else { throw JSONError(.unwritable(.duration)) }
            try out.string(text)
        case .timestamp:
            let (seconds, nanos) = try parts(wire)
            guard let text = TimestampText.text(seconds: seconds, nanos: nanos) else { throw JSONError(.unwritable(.timestamp)) }
            try out.string(text)
        case .fieldMask: try fieldMask(wire)
        case .wrapper(let kind):
            var last: WireValue?
            try each(wire) { field in if field.number == 1, ScalarPrinter.fits(field.value, kind) { last = field.value } }
            if let last { try ScalarPrinter.write(last, kind, wire.bytes, &out) } else { try ScalarPrinter.writeDefault(kind, &out) }
        case .structure: try structure(wire, depth: depth)
        case .list: try list(wire, depth: depth)
        case .value: try anything(wire, depth: depth)
        }
    }

    /// Every field, counted.
    private mutating func each(_ wire: WireSlice, _ body: (WireField) -> Void) throws(JSONError) {
        for range in wire.ranges {
            var reader = WireReader(wire.bytes, range)
            while let field = try reader.checkedNext() {
                try count()
                body(field)
            }
        }
    }

    /// Seconds of field 1, nanoseconds of field 2.
    private mutating func parts(_ wire: WireSlice) throws(JSONError) -> (seconds: Int64, nanos: Int64) {
        var (seconds, nanos): (Int64, Int64) = (0, 0)
        try each(wire) { field in
            guard case .varint(let bits) = field.value else { return }
            if field.number == 1 { seconds = Int64(bitPattern: bits) }
            if field.number == 2 { nanos = Int64(Int32(truncatingIfNeeded: bits)) }
        }
        return (seconds, nanos)
    }

    private mutating func fieldMask(_ wire: WireSlice) throws(JSONError) {
        var paths: [Range<Int>] = []
        try each(wire) { field in if field.number == 1, case .bytes(let range) = field.value { paths.append(range) } }
        var text: [UInt8] = []
        for (index, path) in paths.enumerated() {
            _ = try ScalarPrinter.text(wire.bytes, path)
            guard let camel = FieldMaskText.camel(wire.bytes[path]) else { throw JSONError(.unwritable(.fieldMask)) }
            if index > 0 { text.append(UInt8(ascii: ",")) }
            text += camel
        }
        try out.string(text)
    }

    // MARK: struct.proto

    private mutating func structure(_ wire: WireSlice, depth: Int) throws(JSONError) {
        guard depth <= limits.maximumDepth else { throw JSONError(.tooDeep(limit: limits.maximumDepth)) }
        var met: [Range<Int>] = []
        try each(wire) { field in if field.number == 1, case .bytes(let range) = field.value { met.append(range) } }
        var entries: [PrintedKey: WireSlice] = [:]
        for range in met {
            var (name, parts): (WireValue?, [Range<Int>]) = (nil, [])
            try each(WireSlice(bytes: wire.bytes, ranges: [range])) { field in
                guard case .bytes(let range) = field.value else { return }
                if field.number == 1 { name = field.value }
                if field.number == 2 { parts.append(range) }
            }
            entries[try PrintedKey(name, .string, wire.bytes)] = WireSlice(bytes: wire.bytes, ranges: parts)
        }
        try out.begin("{")
        for (index, (name, value)) in entries.sorted(by: { $0.key < $1.key }).enumerated() {
            try out.name(name.text)
            do throws(JSONError) { try anything(value, depth: depth + 1) } catch { throw error.inside("{\(index)}") }
        }
        try out.end("}")
    }

    private mutating func list(_ wire: WireSlice, depth: Int) throws(JSONError) {
        guard depth <= limits.maximumDepth else { throw JSONError(.tooDeep(limit: limits.maximumDepth)) }
        var met: [Range<Int>] = []
        try each(wire) { field in if field.number == 1, case .bytes(let range) = field.value { met.append(range) } }
        try out.begin("[")
        for (index, range) in met.enumerated() {
            do throws(JSONError) {
                try anything(WireSlice(bytes: wire.bytes, ranges: [range]), depth: depth + 1)
            } catch {
                throw error.inside("[\(index)]")
            }
        }
        try out.end("]")
    }

    /// A `google.protobuf.Value`: the kind that was set last; an object or list that was sent in parts is one.
    private mutating func anything(_ wire: WireSlice, depth: Int) throws(JSONError) {
        guard depth <= limits.maximumDepth else { throw JSONError(.tooDeep(limit: limits.maximumDepth)) }
        var (kind, scalar, parts): (UInt32, WireValue?, [Range<Int>]) = (0, nil, [])
        try each(wire) { field in
            switch (field.number, field.value) {
            case (1, .varint), (2, .fixed64), (3, .bytes), (4, .varint): (kind, scalar, parts) = (field.number, field.value, [])
            case (5, .bytes(let range)), (6, .bytes(let range)):
                if kind != field.number { parts = [] }
                kind = field.number
                parts.append(range)
            default: break
            }
        }
        switch (kind, scalar) {
        case (1, _): try out.word("null")
        case (2, .fixed64(let bits)?):
            guard Double(bitPattern: bits).isFinite else { throw JSONError(.unwritable(.finite)) }
            try ScalarPrinter.write(.fixed64(bits), .double, wire.bytes, &out)
        case (3, let text?): try ScalarPrinter.write(text, .string, wire.bytes, &out)
        case (4, let truth?): try ScalarPrinter.write(truth, .bool, wire.bytes, &out)
        case (5, _): try structure(WireSlice(bytes: wire.bytes, ranges: parts), depth: depth)
        case (6, _): try list(WireSlice(bytes: wire.bytes, ranges: parts), depth: depth)
        default: throw JSONError(.unwritable(.value))
        }
    }

    // MARK: any.proto

    private mutating func any(_ wire: WireSlice, depth: Int) throws(JSONError) {
        var (url, content): (Range<Int>, Range<Int>) = (0..<0, 0..<0)
        try each(wire) { field in
            guard case .bytes(let range) = field.value else { return }
            if field.number == 1 { url = range }
            if field.number == 2 { content = range }
        }
        try out.begin("{")
        if !url.isEmpty || !content.isEmpty {
            let text = try ScalarPrinter.text(wire.bytes, url)
            guard let slash = text.lastIndex(of: UInt8(ascii: "/")) else { throw JSONError(.unwritable(.any)) }
            let name = Array(text[(slash + 1)...])
            let schema = String(validating: name, as: UTF8.self).flatMap(pool.message)
            guard schema != nil || options.showsForeignAny else { throw JSONError(.unknownType(JSONNames.shown(name))) }
            try out.name(Array("@type".utf8))
            try out.string(text)
            let held = WireSlice(bytes: wire.bytes, ranges: [content])
            if schema == nil || schema?.wellKnown != nil { try out.name(Array("value".utf8)) }
            guard let schema else {
                try out.string(Base64Text.encode(wire.bytes[content]))
                return try out.end("}")
            }
            if schema.wellKnown != nil {
                do throws(JSONError) { try message(held, schema, depth: depth + 1) } catch { throw error.inside(".value") }
            } else {
                guard depth < limits.maximumDepth else { throw JSONError(.tooDeep(limit: limits.maximumDepth)) }
                try fields(held, schema, depth: depth + 1)
            }
        }
        try out.end("}")
    }
}
