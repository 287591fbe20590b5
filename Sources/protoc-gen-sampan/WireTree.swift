/// A protobuf message without its contract: fields in their order. The plugin reads descriptors with it, since it cannot
/// depend on code that it generates itself.
struct WireTree {
    enum Value {
        case varint(UInt64)
        case fixed64([UInt8])
        case bytes([UInt8])
        case fixed32([UInt8])
    }
    struct Malformed: Error {}

    var fields: [(number: Int, value: Value)] = []

    init() {}

    init(_ bytes: [UInt8]) throws(Malformed) {
        var position = 0
        while position < bytes.count {
            let tag = try Self.varint(bytes, &position)
            let number = Int(tag >> 3)
            switch tag & 7 {
            case 0: fields.append((number, .varint(try Self.varint(bytes, &position))))
            case 1: fields.append((number, .fixed64(try Self.take(bytes, &position, 8))))
            case 2:
                let length = try Self.varint(bytes, &position)
                guard length <= UInt64(bytes.count) else { throw Malformed() }
                fields.append((number, .bytes(try Self.take(bytes, &position, Int(length)))))
            case 5: fields.append((number, .fixed32(try Self.take(bytes, &position, 4))))
            default: throw Malformed()
            }
        }
    }

    private static func take(_ bytes: [UInt8], _ position: inout Int, _ count: Int) throws(Malformed) -> [UInt8] {
        guard count <= bytes.count - position else { throw Malformed() }
        defer { position += count }
        return [UInt8](bytes[position..<position + count])
    }

    private static func varint(_ bytes: [UInt8], _ position: inout Int) throws(Malformed) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard position < bytes.count else { throw Malformed() }
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw Malformed()
    }

    // MARK: Reading

    func all(_ number: Int) -> [[UInt8]] {
        fields.compactMap { field in
            if field.number == number, case .bytes(let bytes) = field.value { bytes } else { nil }
        }
    }
    func texts(_ number: Int) -> [String] { all(number).map { String(decoding: $0, as: UTF8.self) } }
    func text(_ number: Int) -> String { texts(number).last ?? "" }
    func int(_ number: Int) -> Int? {
        for field in fields.reversed() where field.number == number {
            if case .varint(let value) = field.value { return Int(truncatingIfNeeded: value) }
        }
        return nil
    }
    func trees(_ number: Int) throws(Malformed) -> [WireTree] {
        var trees: [WireTree] = []
        for bytes in all(number) { trees.append(try WireTree(bytes)) }
        return trees
    }
    /// A packed or unpacked repeated integer.
    func ints(_ number: Int) throws(Malformed) -> [Int] {
        var values: [Int] = []
        for field in fields where field.number == number {
            switch field.value {
            case .varint(let value): values.append(Int(truncatingIfNeeded: value))
            case .bytes(let bytes):
                var position = 0
                while position < bytes.count { values.append(Int(truncatingIfNeeded: try Self.varint(bytes, &position))) }
            default: throw Malformed()
            }
        }
        return values
    }

    // MARK: Writing

    mutating func remove(_ numbers: Int...) { fields.removeAll { numbers.contains($0.number) } }
    mutating func add(_ number: Int, _ text: String) { fields.append((number, .bytes([UInt8](text.utf8)))) }
    mutating func add(_ number: Int, _ value: Int) { fields.append((number, .varint(UInt64(bitPattern: Int64(value))))) }
    mutating func add(_ number: Int, _ tree: WireTree) { fields.append((number, .bytes(tree.bytes))) }
    mutating func set(_ number: Int, _ text: String) {
        remove(number)
        add(number, text)
    }
    mutating func set(_ number: Int, _ value: Int) {
        remove(number)
        add(number, value)
    }
    /// Rewrites every field of this number, which holds messages.
    mutating func map(_ number: Int, _ rewrite: (inout WireTree) throws(Malformed) -> Void) throws(Malformed) {
        for index in fields.indices where fields[index].number == number {
            guard case .bytes(let bytes) = fields[index].value else { throw Malformed() }
            var tree = try WireTree(bytes)
            try rewrite(&tree)
            fields[index].value = .bytes(tree.bytes)
        }
    }

    var bytes: [UInt8] {
        var out: [UInt8] = []
        for field in fields {
            switch field.value {
            case .varint(let value):
                Self.append(UInt64(field.number) << 3, &out)
                Self.append(value, &out)
            case .fixed64(let bytes):
                Self.append(UInt64(field.number) << 3 | 1, &out)
                out += bytes
            case .bytes(let bytes):
                Self.append(UInt64(field.number) << 3 | 2, &out)
                Self.append(UInt64(bytes.count), &out)
                out += bytes
            case .fixed32(let bytes):
                Self.append(UInt64(field.number) << 3 | 5, &out)
                out += bytes
            }
        }
        return out
    }

    private static func append(_ value: UInt64, _ out: inout [UInt8]) {
        var rest = value
        while rest >= 0x80 {
            out.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        out.append(UInt8(truncatingIfNeeded: rest))
    }
}
