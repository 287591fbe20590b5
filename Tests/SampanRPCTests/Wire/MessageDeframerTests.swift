import SampanTestSupport
import SampanRPC
import StoreTestSupport
import Testing

@Suite("Taking a body apart")
struct MessageDeframerTests {
    static let messages: [[UInt8]] = [[1, 2, 3], [], Array(repeating: 9, count: 7)]
    static let body: [UInt8] = messages.flatMap { [0, 0, 0, 0, UInt8($0.count)] + $0 }

    private static func feed(_ pieces: [ArraySlice<UInt8>], limit: Int = 100) throws -> (messages: [[UInt8]], whole: Bool) {
        var deframer = MessageDeframer(maximumPayload: limit)
        var messages: [[UInt8]] = []
        for piece in pieces.map(Array.init) {
            var offset = 0
            while let message = try deframer.next(piece, from: &offset) { messages.append(message) }
            #expect(offset == piece.count)
        }
        return (messages, deframer.isBetweenMessages)
    }

    @Test("byte by byte")
    func bytewise() throws {
        let result = try Self.feed(Self.body.indices.map { Self.body[$0...$0] })
        #expect(result.messages == Self.messages)
        #expect(result.whole)
    }

    @Test("every pair of cuts of three messages")
    func cuts() throws {
        for first in 0...Self.body.count {
            for second in first...Self.body.count {
                let result = try Self.feed([Self.body[..<first], Self.body[first..<second], Self.body[second...]])
                #expect(result.messages == Self.messages, "cut at \(first) and \(second)")
                #expect(result.whole)
            }
        }
    }

    @Test("a body may end between messages only")
    func ends() throws {
        let boundaries = [0, 8, 13, 25]
        for end in 0...Self.body.count {
            #expect(try Self.feed([Self.body[..<end]]).whole == boundaries.contains(end), "end at \(end)")
        }
    }

    @Test(
        "the limit is judged on the prefix, at the boundary",
        arguments: [(0, true), (99, true), (100, true), (101, false), (Int(UInt32.max), false)])
    func limit(length: Int, isTaken: Bool) throws {
        var deframer = MessageDeframer(maximumPayload: 100)
        let prefix = [0] + (0..<4).reversed().map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) }
        var offset = 0
        do throws(RPCError) {
            _ = try deframer.next(prefix, from: &offset)
            #expect(isTaken)
        } catch {
            #expect(!isTaken)
            #expect(error.code == .resourceExhausted)
        }
    }

    @Test("a compressed or unknown flag is refused", arguments: [1, 2, 128, 255] as [UInt8])
    func flags(flag: UInt8) {
        var deframer = MessageDeframer(maximumPayload: 100)
        var offset = 0
        let error = #expect(throws: RPCError.self) { try deframer.next([flag, 0, 0, 0, 0], from: &offset) }
        #expect(error?.code == .internal)
    }

    @Test("seeded bodies in seeded pieces", arguments: [1, 2, 3] as [UInt64])
    func property(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for _ in 0..<300 {
            let messages = (0..<Int.random(in: 0...6, using: &random)).map { _ in
                (0..<Int.random(in: 0...300, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            }
            let body = try messages.flatMap { try FramedMessage(payload: $0).bytes }
            var pieces: [ArraySlice<UInt8>] = []
            var rest = body[...]
            while !rest.isEmpty {
                let count = min(rest.count, Int.random(in: 1...64, using: &random))
                pieces.append(rest.prefix(count))
                rest = rest.dropFirst(count)
            }
            let result = try Self.feed(pieces, limit: 300)
            #expect(result.messages == messages, "seed \(seed)")
            #expect(result.whole)
        }
    }
}
