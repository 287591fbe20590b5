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
        for (theirs, mine) in zip(try peer.echo(made), try peer.echo(ours)) {
            #expect(theirs == mine)
        }
        for (theirs, mine) in zip(made, ours) {
            #expect(theirs.bytes == mine.bytes)
        }
    }
}
