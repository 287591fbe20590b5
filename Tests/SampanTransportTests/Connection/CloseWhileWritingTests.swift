import Glibc
import SampanHTTP2
@testable import SampanTransport
import Testing

@Suite("A connection that is closed while it gathers what to write", .timeLimit(.minutes(20)))
struct CloseWhileWritingTests {
    /// Takes the number of a descriptor that was closed a moment ago, as the next connection of the process may.
    private final class Successor {
        /// What is written to the number comes out here.
        private let far: Int32
        private let near: Int32
        private var taken: Int32 = -1

        init() throws {
            var ends: [Int32] = [-1, -1]
            let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
            try #require(unsafe socketpair(AF_UNIX, type, 0, &ends) == 0)
            (far, near) = (ends[0], ends[1])
        }

        deinit { for descriptor in [far, near, taken] where descriptor >= 0 { close(descriptor) } }

        /// False when another test was faster.
        func take(_ number: Int32) -> Bool {
            taken = fcntl(near, F_DUPFD_CLOEXEC, number)
            return taken == number
        }

        /// Bytes that were written to it.
        var heard: Int {
            var buffer = [UInt8](repeating: 0, count: 65_536)
            return max(0, unsafe recv(far, &buffer, buffer.count, 0))
        }
    }

    /// What became of a call that was cancelled as the last of its connection.
    private struct Outcome {
        var tookNumber = false
        var strayBytes = 0
        var isClosed = false
        var heardByServer: HTTP2ErrorCode?
    }

    private static func outcome(on loop: EventLoop, _ trust: LoopbackTrust?) async throws -> Outcome {
        let pair = try await ConnectionPair.open(on: loop, trust)
        return try await loop.run { () throws -> Outcome in
            var outcome = Outcome()
            let (successor, call) = (try Successor(), ConnectionPair.Stream())
            let (client, number) = (pair.client, pair.client.socket.descriptor)
            pair.owners.client.whenClosed = { outcome.tookNumber = successor.take(number) }
            // nghttp2 says that a stream is over as it writes the reset, in the middle of a flush. A channel that drains closes then.
            call.whenClosed = { client.close(.finished) }
            try pair.submit(call)
            client.flush()
            pair.deliver(calls: 1)
            client.session.reset(call, .cancel)
            client.flush()
            outcome.strayBytes = successor.heard
            outcome.isClosed = client.isClosed
            while pair.owners.server.streams.first?.closure == nil, ConnectionPair.hears(pair.server.socket) {
                pair.server.ready(.readable)
            }
            outcome.heardByServer = pair.owners.server.streams.first?.closure
            pair.server.close(.finished)
            return outcome
        }
    }

    @Test("the reset of its last call goes out, and nothing to the connection that gets its descriptor's number", arguments: [false, true])
    func lastCall(overTLS: Bool) async throws {
        let loop = try EventLoop()
        let trust = overTLS ? try LoopbackTrust() : nil
        var hits = 0
        // Other tests of this process take numbers too.
        for _ in 0..<50 where hits < 3 {
            let outcome = try await Self.outcome(on: loop, trust)
            #expect(outcome.strayBytes == 0)
            #expect(outcome.isClosed)
            #expect(outcome.heardByServer == .cancel)
            hits += outcome.tookNumber ? 1 : 0
        }
        #expect(hits == 3)
        await loop.stop()
    }
}
