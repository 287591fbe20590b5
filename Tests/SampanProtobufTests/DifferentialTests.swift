import SampanTestSupport
import SampanProtobuf
import SampanTestMessages
import Testing

@Suite("Odd bytes mean the same to us and to Python's protobuf")
struct DifferentialTests {
    /// Fields in any order, repeated, of any wire type, merged messages, groups: legal bytes that no encoder writes.
    ///
    /// Left out, since upb differs from the other implementations: unknown fields in map entries (it keeps such entries
    /// as unknown fields), and bad UTF-8 in a string that a later one replaces (it refuses, we look at the last one only).
    private static func odd(_ g: inout SeededRandom, depth: Int = 0) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 0...8, using: &g) {
            let numbers =
                depth == 0
                ? [3, 13, 14, 16, 17, 17, 37, 43, 53, 57, 61, 63, 71, 72, 75, 83, 86, 87, 89, 89, 90, 106, 2000, 536_870_911]
                : [1, 2, 3, 4, 5, 5, 99]
            let number = numbers[Int.random(in: 0..<numbers.count, using: &g)]
            switch Int.random(in: 0..<(depth > 2 ? 6 : 9), using: &g) {
            case 0: bytes += Wire.int(number, g.next() >> UInt64.random(in: 0..<64, using: &g))
            case 1: bytes += Wire.tag(number, 5) + (0..<4).map { _ in UInt8.random(in: 0...3, using: &g) }
            case 2: bytes += Wire.tag(number, 1) + (0..<8).map { _ in UInt8.random(in: 0...3, using: &g) }
            case 3: bytes += Wire.text(number, "text")
            case 4: bytes += Wire.bytes(number, (0..<6).map { _ in UInt8.random(in: 0...2, using: &g) })
            case 5:
                bytes += Wire.bytes(depth == 0 ? [43, 53, 61, 63, 87].randomElement(using: &g) ?? 43 : 3, [0x80, 0x01, 0x00, 0xFF, 0x7F])
            case 6: bytes += Wire.group(number, odd(&g, depth: depth + 1))
            default: bytes += nested(number, &g, depth)
            }
        }
        return bytes
    }

    private static func nested(_ number: Int, _ g: inout SeededRandom, _ depth: Int) -> [UInt8] {
        switch number {
        case 71: Wire.bytes(71, Wire.text(1, "k") + Wire.text(2, "\(g.next() % 3)"))
        case 72:
            Wire.bytes(72, Wire.int(1, g.next() % 3) + Wire.bytes(2, odd(&g, depth: depth + 1)) + Wire.bytes(2, odd(&g, depth: depth + 1)))
        case 75: Wire.bytes(75, Wire.int(2, g.next() % 9) + Wire.int(1, g.next() % 3))
        case 14, 86, 2, 1: Wire.text(number, "中文")
        default: Wire.bytes(number, odd(&g, depth: depth + 1))
        }
    }

    @Test("accepted by the one and the other, and with the same content", arguments: [UInt64(21), 22, 23])
    func odd(seed: UInt64) throws {
        print("seed \(seed)")
        var generator = SeededRandom(seed: seed)
        let inputs = (0..<3000).map { _ in PythonPeer.Record(type: TestV1.EveryKind.protoName, bytes: Self.odd(&generator)) }
        let peer = try PythonPeer()
        var (theirs, ours): ([PythonPeer.Record], [PythonPeer.Record]) = ([], [])
        var (accepted, refusals) = (0, [String]())
        for (input, echo) in zip(inputs, try peer.echo(inputs)) {
            let value = try? TestV1.EveryKind(serialized: input.bytes)
            if (value != nil) != (echo.type != "!") {
                refusals.append("\(value == nil ? "we" : "Python") refused \(input.bytes)")
            } else if let value {
                accepted += 1
                theirs.append(echo)
                ours.append(.init(type: input.type, bytes: try value.serialized()))
            }
        }
        #expect(accepted > 500)
        #expect(refusals.isEmpty, "\(refusals.min { $0.count < $1.count } ?? "")")
        let different = zip(theirs, try peer.echo(ours)).filter { $0 != $1 }
        #expect(
            different.isEmpty,
            "\(different.count), first: \(different.min { $0.0.bytes.count < $1.0.bytes.count }.map { "\($0.0.bytes) \($0.1.bytes)" } ?? "")"
        )
    }
}
