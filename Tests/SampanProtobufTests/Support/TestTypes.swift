import SampanProtobuf
import SampanTestMessages

/// The types that the Python side makes.
enum TestTypes {
    static let all: [any Message.Type] = [
        TestV1.EveryKind.self, TestV1.Tree.self, TestV1.Keywords.self, TestV1.Leaf.self, TestV1.Record.self, TestV1.Small.self,
        TestV1.Empty.self, TestV1.Forest.self,
    ]
    static let byName: [String: any Message.Type] = Dictionary(uniqueKeysWithValues: all.map { ($0.protoName, $0) })
}

/// Wire bytes by hand.
enum Wire {
    static func varint(_ value: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(truncatingIfNeeded: rest)]
    }
    static func tag(_ number: Int, _ wireType: Int) -> [UInt8] { varint(UInt64(number) << 3 | UInt64(wireType)) }
    static func int(_ number: Int, _ value: UInt64) -> [UInt8] { tag(number, 0) + varint(value) }
    static func bytes(_ number: Int, _ content: [UInt8]) -> [UInt8] { tag(number, 2) + varint(UInt64(content.count)) + content }
    static func text(_ number: Int, _ text: String) -> [UInt8] { bytes(number, [UInt8](text.utf8)) }
    static func many(_ count: Int, _ bytes: [UInt8]) -> [UInt8] {
        var all: [UInt8] = []
        for _ in 0..<count { all += bytes }
        return all
    }
    static func group(_ number: Int, _ content: [UInt8]) -> [UInt8] { tag(number, 3) + content + tag(number, 4) }
}
