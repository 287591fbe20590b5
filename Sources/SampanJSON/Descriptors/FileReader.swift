/// Reads one serialized `FileDescriptorProto` (descriptor.proto) into schemas whose types are still names.
struct FileReader {
    private let reader: WireReader
    private let limits: DescriptorLimits
    private(set) var fileName = ""
    private(set) var messages: [MessageSchema] = []
    private(set) var enums: [EnumSchema] = []
    private(set) var services: [ServiceSchema] = []
    /// Messages, fields, enums, values, services and methods so far.
    private(set) var symbols = 0
    private var package = ""
    private var isProto3 = false

    init(_ bytes: [UInt8], _ limits: DescriptorLimits) throws(DescriptorError) {
        reader = WireReader(bytes)
        self.limits = limits
        try readHead()
        try readBody()
    }

    /// Name, package and syntax, which every declaration needs and which may stand behind them.
    private mutating func readHead() throws(DescriptorError) {
        var reader = reader
        var syntax = ""
        while let field = try reader.nextField() {
            switch (field.number, field.value) {
            case (1, .bytes(let range)): fileName = try reader.text(range)
            case (2, .bytes(let range)): package = try reader.text(range)
            case (12, .bytes(let range)): syntax = try reader.text(range)
            default: break
            }
        }
        switch syntax {
        case "", "proto2": isProto3 = false
        case "proto3": isProto3 = true
        default: throw .unsupported("editions")
        }
        let parts = package.split(separator: ".", omittingEmptySubsequences: false)
        guard package.isEmpty || parts.allSatisfy({ Self.isIdentifier($0.utf8) }) else { throw .invalidName(inside: "") }
    }

    private mutating func readBody() throws(DescriptorError) {
        var reader = reader
        while let field = try reader.nextField() {
            switch (field.number, field.value) {
            case (4, .bytes(let range)): try readMessage(range, scope: package, depth: 1)
            case (5, .bytes(let range)): try readEnum(range, scope: package)
            case (6, .bytes(let range)): try readService(range)
            default: break
            }
        }
    }

    // MARK: Messages

    private mutating func readMessage(_ range: Range<Int>, scope: String, depth: Int) throws(DescriptorError) {
        guard depth <= limits.maximumNesting else { throw .tooLarge("messages nest deeper than \(limits.maximumNesting)") }
        try count()
        let name = try declaredName(range, scope)
        var reader = WireReader(reader.bytes, range)
        var (fields, oneofs, isMapEntry): ([FieldSchema], [String], Bool) = ([], [], false)
        while let field = try reader.nextField() {
            switch (field.number, field.value) {
            case (2, .bytes(let range)): fields.append(try readField(range, message: name))
            case (3, .bytes(let range)): try readMessage(range, scope: name, depth: depth + 1)
            case (4, .bytes(let range)): try readEnum(range, scope: name)
            case (7, .bytes(let range)): isMapEntry = try WireReader(reader.bytes, range).lastVarint(7) == 1
            case (8, .bytes(let range)):
                try count()
                oneofs.append(try declaredName(range, ""))
            default: break
            }
        }
        messages.append(try Self.message(name, fields, oneofs, isMapEntry))
    }

    private static func message(
        _ name: String, _ fields: [FieldSchema], _ oneofs: [String], _ isMapEntry: Bool
    ) throws(DescriptorError) -> MessageSchema {
        let fields = fields.sorted { $0.number < $1.number }
        var (byNumber, byName): ([UInt32: Int], [[UInt8]: Int]) = ([:], [:])
        for (place, field) in fields.enumerated() {
            guard byNumber.updateValue(place, forKey: field.number) == nil else { throw .duplicate("\(name).\(field.name)") }
            if let oneof = field.oneof, !oneofs.indices.contains(oneof) { throw .invalid("\(name).\(field.name)") }
            for bytes in field.nameBytes == field.jsonNameBytes ? [field.nameBytes] : [field.nameBytes, field.jsonNameBytes] {
                guard byName.updateValue(place, forKey: bytes) == nil else { throw .duplicate("\(name).\(field.name)") }
            }
        }
        let named = Set(fields.compactMap(\.oneof))
        if isMapEntry {
            guard fields.count == 2, fields[0].number == 1, fields[1].number == 2, named.isEmpty else { throw .invalid(name) }
            guard fields.allSatisfy({ $0.cardinality == .singular }), fields[0].kind.isMapKey else { throw .invalid(name) }
        }
        // protoc puts the oneofs that stand for `optional` behind the others, so places stay what they are.
        let shown = oneofs.indices.filter(named.contains).map { oneofs[$0] }
        guard named.isEmpty || named == Set(0..<named.count) else { throw .invalid(name) }
        return MessageSchema(
            name: name, fields: fields, oneofs: shown, isMapEntry: isMapEntry, wellKnown: WellKnownType(name), byNumber: byNumber,
            byName: byName)
    }

    private mutating func readField(_ range: Range<Int>, message: String) throws(DescriptorError) -> FieldSchema {
        try count()
        let draft = try FieldDraft(WireReader(reader.bytes, range), message: message)
        return try draft.field(isProto3: isProto3, message: message)
    }

    // MARK: Enums and services

    private mutating func readEnum(_ range: Range<Int>, scope: String) throws(DescriptorError) {
        try count()
        let name = try declaredName(range, scope)
        var reader = WireReader(reader.bytes, range)
        var values: [EnumSchema.Value] = []
        while let field = try reader.nextField() {
            guard case (2, .bytes(let range)) = (field.number, field.value) else { continue }
            try count()
            let number = try WireReader(reader.bytes, range).lastVarint(2) ?? 0
            values.append(EnumSchema.Value(name: try declaredName(range, ""), number: Int32(truncatingIfNeeded: number)))
        }
        guard !values.isEmpty else { throw .invalid(name) }
        guard Set(values.map(\.name)).count == values.count else { throw .duplicate("a value of \(name)") }
        enums.append(EnumSchema(name: name, values: values, isClosed: !isProto3))
    }

    private mutating func readService(_ range: Range<Int>) throws(DescriptorError) {
        try count()
        let name = try declaredName(range, package)
        var reader = WireReader(reader.bytes, range)
        var methods: [MethodSchema] = []
        while let field = try reader.nextField() {
            guard case (2, .bytes(let range)) = (field.number, field.value) else { continue }
            try count()
            methods.append(try readMethod(range))
        }
        guard Set(methods.map(\.name)).count == methods.count else { throw .duplicate("a method of \(name)") }
        services.append(ServiceSchema(name: name, methods: methods))
    }

    private func readMethod(_ range: Range<Int>) throws(DescriptorError) -> MethodSchema {
        let name = try declaredName(range, "")
        var reader = WireReader(reader.bytes, range)
        var (input, output, client, server, level): (String, String, Bool, Bool, UInt64) = ("", "", false, false, 0)
        while let field = try reader.nextField() {
            switch (field.number, field.value) {
            case (2, .bytes(let range)): input = Self.bare(try reader.text(range))
            case (3, .bytes(let range)): output = Self.bare(try reader.text(range))
            case (4, .bytes(let range)): level = try WireReader(reader.bytes, range).lastVarint(34) ?? 0
            case (5, .varint(let value)): client = value != 0
            case (6, .varint(let value)): server = value != 0
            default: break
            }
        }
        return MethodSchema(
            name: name, input: input, output: output, isClientStreaming: client, isServerStreaming: server,
            idempotency: Int(exactly: level).flatMap(MethodSchema.Idempotency.init(rawValue:)) ?? .unknown)
    }

    // MARK: Names

    /// Field 1 of every declaration, behind its scope.
    private func declaredName(_ range: Range<Int>, _ scope: String) throws(DescriptorError) -> String {
        var reader = WireReader(reader.bytes, range)
        var name = ""
        while let field = try reader.nextField() {
            if case (1, .bytes(let range)) = (field.number, field.value) { name = try reader.text(range) }
        }
        guard Self.isIdentifier(name.utf8) else { throw .invalidName(inside: scope) }
        return scope.isEmpty ? name : "\(scope).\(name)"
    }

    private mutating func count() throws(DescriptorError) {
        symbols += 1
        guard symbols <= limits.maximumSymbols else { throw .tooLarge("more than \(limits.maximumSymbols) declarations") }
    }

    /// Names of types stand with a dot in front, as protoc resolves them.
    static func bare(_ name: String) -> String { name.hasPrefix(".") ? String(name.dropFirst()) : name }

    /// Letter or underscore, then letters, digits and underscores; at most 255 (protobuf language specification, Identifiers).
    static func isIdentifier(_ name: some Collection<UInt8>) -> Bool {
        guard let first = name.first, name.count <= 255, !(48...57).contains(first) else { return false }
        return name.allSatisfy { byte in
            switch byte {
            case 48...57, 65...90, 97...122, 95: true
            default: false
            }
        }
    }
}

extension WireReader {
    /// `next`, for contracts.
    mutating func nextField() throws(DescriptorError) -> WireField? {
        do throws(WireFault) { return try next() } catch { throw .malformed(error) }
    }

    /// The last varint field of this number in what is left; nil when there is none.
    func lastVarint(_ number: UInt32) throws(DescriptorError) -> UInt64? {
        var reader = self
        var last: UInt64?
        while let field = try reader.nextField() {
            if case .varint(let value) = field.value, field.number == number { last = value }
        }
        return last
    }

    /// Text of a contract.
    func text(_ range: Range<Int>) throws(DescriptorError) -> String {
        guard let text = String(validating: bytes[range], as: UTF8.self) else { throw .invalidName(inside: "") }
        return text
    }
}
