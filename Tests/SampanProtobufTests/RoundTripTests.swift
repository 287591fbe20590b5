import SampanTestSupport
import SampanProtobuf
import SampanTestMessages
import Testing

@Suite("Round trips against Python's protobuf")
struct RoundTripTests {
    @Test("random messages of Python come back from Swift byte for byte", arguments: [1, 2, 3])
    func fromPython(seed: Int) throws {
        print("seed \(seed)")
        let peer = try PythonPeer()
        let made = try peer.make(seed: seed, count: 150)
        #expect(made.count == 150 * TestTypes.all.count)
        var ours: [PythonPeer.Record] = []
        for record in made {
            let type = try #require(TestTypes.byName[record.type])
            ours.append(.init(type: record.type, bytes: try type.init(serialized: record.bytes).serialized()))
        }
        // Bytes are equal, and Python reads the same out of ours as out of its own.
        let different = zip(made, ours).filter { $0 != $1 }
        #expect(different.isEmpty, "first: \(different.first.map { "\($0)" } ?? "")")
        let echoes = zip(try peer.echo(made), try peer.echo(ours))
        #expect(echoes.allSatisfy { $0 == $1 && $0.type != "!" })
    }

    @Test("random values of Swift come back from Python byte for byte, and equal", arguments: [UInt64(11), 12])
    func fromSwift(seed: UInt64) throws {
        print("seed \(seed)")
        var generator = SeededRandom(seed: seed)
        let values = (0..<300).map { _ in TestV1.EveryKind.random(using: &generator) }
        let ours = try values.map { PythonPeer.Record(type: TestV1.EveryKind.protoName, bytes: try $0.serialized()) }
        let peer = try PythonPeer()
        for (value, echo) in zip(values, try peer.echo(ours)) {
            let same = try TestV1.EveryKind(serialized: echo.bytes) == value
            #expect(same)
        }
    }

    @Test("equal values give equal bytes, whatever the order their maps were filled in")
    func deterministic() throws {
        let keys = (0..<200).map { "key \($0)" }
        var (up, down) = (TestV1.EveryKind(), TestV1.EveryKind())
        for key in keys { up.mStringString[key] = key }
        for key in keys.reversed() { down.mStringString[key] = key }
        #expect(try up.serialized() == down.serialized())
    }

    @Test("bytes are left free in front", arguments: [0, 1, 5, 4096])
    func prefix(length: Int) throws {
        let message = TestV1.Small(payload: [1, 2, 3], number: -1)
        let bytes = try message.serialized(prefixLength: length)
        #expect(bytes.prefix(length).allSatisfy { $0 == 0 })
        #expect(Array(bytes.dropFirst(length)) == (try message.serialized()))
    }
}
