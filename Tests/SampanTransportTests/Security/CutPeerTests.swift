import Glibc
import SampanCrypto
import SampanRPC
import SampanSiege
@testable import SampanTransport
import StoreTestSupport
import Testing

@Suite("Refused peers that do not do as they are told", .timeLimit(.minutes(20)))
struct CutPeerTests {
    private typealias F = RawFrame

    private static let sink = ListedMethods.descriptor("Sink", .clientStreaming)
    private static let reason = RPCError(code: .unauthenticated, message: "revoked", statusDetails: [1, 2, 3])
    private static let institution = LiveRegion.institution(9)
    private static let question: AdmissionGate.Question = { $0.identity.institution == institution ? reason : nil }

    /// Counts what arrives, and takes no notice of its cancellation.
    private final class Sink: Sendable {
        let messages = AwaitedCount()
        let ended = AsyncStream.makeStream(of: Bool.self)

        var handler: MethodHandler {
            MethodHandler(
                CutPeerTests.sink,
                .streaming { requests, _, _ in
                    defer { self.ended.continuation.yield(Task.isCancelled) }
                    while try await requests.next() != nil { self.messages.addOne() }
                })
        }

        var count: Int { messages.value }
    }

    private static func context(_ trust: LoopbackTrust) throws -> TLSContext {
        try trust.client(trust.identity("hospital/\(institution)/his-1"))
    }

    /// A call of the sink, and its first message.
    private static func call(_ stream: UInt32) -> [UInt8] {
        F.head(stream, "/test.Listed/Sink") + F.frame(F.data, 0, stream, [0, 0, 0, 0, 1, 7])
    }

    /// A node of the institution that has opened calls of the sink.
    private static func caller(_ region: LiveRegion, _ trust: LoopbackTrust, streams: [UInt32]) async throws -> RawTLSPeer {
        let (address, context) = (region.address, try context(trust))
        let peer = try await RawSocket.onThread { () -> RawTLSPeer? in
            let peer = RawTLSPeer(to: address, context)
            peer?.shakeHands()
            peer?.say(F.opening + streams.flatMap { call($0) })
            return peer
        }
        return try #require(peer)
    }

    @Test("who ignores GOAWAY and writes on is not heard any more")
    func writesOn() async throws {
        let trust = try LoopbackTrust()
        let sink = Sink()
        try await LiveRegion.with(trust, clients: 1, methods: [sink.handler]) { region in
            let (address, context) = (region.address, try Self.context(trust))
            let talk = Task {
                try await RawSocket.onThread { () -> [RawTLSPeer.Frame]? in
                    guard let peer = RawTLSPeer(to: address, context) else { return nil }
                    peer.shakeHands()
                    peer.say(F.opening + F.head(1, "/test.Listed/Sink"))
                    let messages = (0..<200).flatMap { _ in F.frame(F.data, 0, 1, [0, 0, 0, 0, 1, 7]) }
                    while peer.say(messages) {}
                    peer.hearToEnd()
                    return peer.frames
                }
            }
            await sink.messages.reaches(1_000)
            let report = await region.serverCredentials.deny(Self.question)
            let last = sink.count
            #expect(report.connections == 1 && report.streams == 1)
            #expect(report.closedNanoseconds < LiveRegion.longestCut)
            var ends = sink.ended.stream.makeAsyncIterator()
            #expect(await ends.next() == true)
            let frames = try await talk.value
            #expect(sink.count == last)
            // What it said is lost with the socket, but what it was told came before the end: a status, then GOAWAY.
            let end = frames?.firstIndex { $0.type == F.headers && $0.stream == 1 && $0.flags & F.endStream != 0 }
            let goodbye = frames?.firstIndex { $0.type == F.goAway }
            if let end, let goodbye { #expect(end < goodbye) }
            try await region.clients[0].echo()
        }
    }

    @Test("who is silent reads its status, then GOAWAY, then the end")
    func order() async throws {
        let trust = try LoopbackTrust()
        let sink = Sink()
        try await LiveRegion.with(trust, clients: 1, methods: [sink.handler]) { region in
            let peer = try await Self.caller(region, trust, streams: [1, 3, 5])
            await sink.messages.reaches(3)
            let report = await region.serverCredentials.deny(Self.question)
            #expect(report.connections == 1 && report.streams == 3)
            try await RawSocket.onThread { peer.hearToEnd() }
            #expect(peer.failure == nil)
            let told = peer.frames.filter { $0.type == F.headers || $0.type == F.goAway }
            #expect(told.map(\.type) == [F.headers, F.headers, F.headers, F.goAway])
            #expect(Set(told.map(\.stream)) == [0, 1, 3, 5])
            #expect(told.dropLast().allSatisfy { $0.flags & F.endStream != 0 })
        }
    }

    @Test("who does not read its answers is closed all the same, when its grace is over")
    func doesNotRead() async throws {
        let trust = try LoopbackTrust()
        try await LiveRegion.with(trust, clients: 1) { region in
            let (address, context) = (region.address, try Self.context(trust))
            let peer = try await RawSocket.onThread { () -> RawTLSPeer? in
                let peer = RawTLSPeer(to: address, context, room: 4_096)
                peer?.shakeHands()
                peer?.say(F.magic)
                peer?.hear()
                return peer
            }
            // The kernel is to keep next to nothing for it, or all the last words would find room there.
            try await shrinkBuffers(region)
            try await RawSocket.onThread {
                let payload = [200] + [UInt8](repeating: 7, count: 15_999)
                let message = [0, 0, 0, UInt8(payload.count >> 8), UInt8(payload.count & 255)] + payload
                // No answer may leave yet.
                let settings = F.frame(F.settings, 0, 0, F.setting(4, 0))
                let calls = (0..<8 as Range<UInt32>).flatMap { index in
                    F.head(1 + 2 * index, "/test.Echo/Down") + F.frame(F.data, F.endStream, 1 + 2 * index, message)
                }
                peer?.say(settings + F.frame(F.settings, F.ack) + calls)
            }
            // Every call has as much to say as it may hold: more together than fits into one gathered write.
            let full = 8 * ServerConfiguration().responseBufferBytes
            while await region.server.waitingResponseBytes < full { try await Waiting.moment() }
            try await RawSocket.onThread {
                let settings = F.frame(F.settings, 0, 0, F.setting(4, 0x7FFF_FFFF))
                peer?.say(settings + F.frame(F.windowUpdate, 0, 0, F.word(0x7FFF_0000)))
            }
            // Far more than the kernel takes leaves at once: from now on the last words stand behind it.
            while await waitingCiphertext(region) == 0 { try await Waiting.moment() }
            let report = await region.serverCredentials.deny(Self.question)
            #expect(report.connections == 1 && report.streams == 8)
            #expect(report.silencedNanoseconds < report.closedNanoseconds)
            #expect((250_000_000..<LiveRegion.longestCut).contains(report.closedNanoseconds))
            #expect(await region.server.waitingResponseBytes == 0)
            withExtendedLifetime(peer) {}
        }
    }

    /// Bytes that the server's sockets have not taken.
    private func waitingCiphertext(_ region: LiveRegion) async -> Int {
        let state = region.server.state
        var total = 0
        for loop in region.group.loops {
            total += await loop.run { state.connections(on: loop).reduce(0) { $0 + ($1.connection.tls?.pendingCiphertext ?? 0) } }
        }
        return total
    }

    /// Leaves the server's sockets the smallest buffer for what they send.
    private func shrinkBuffers(_ region: LiveRegion) async throws {
        let state = region.server.state
        for loop in region.group.loops {
            await loop.run {
                for connection in state.connections(on: loop) {
                    var room: Int32 = 0
                    let size = socklen_t(MemoryLayout<Int32>.size)
                    unsafe setsockopt(connection.connection.socket.descriptor, SOL_SOCKET, SO_SNDBUF, &room, size)
                }
            }
        }
    }

    @Test("a peer that is denied in the middle of its handshake does not get past it")
    func handshake() async throws {
        let trust = try LoopbackTrust()
        let sink = Sink()
        try await LiveRegion.with(trust, clients: 1, methods: [sink.handler]) { region in
            let (address, context) = (region.address, try Self.context(trust))
            let peer = try #require(
                try await RawSocket.onThread { () -> RawTLSPeer? in
                    let peer = RawTLSPeer(to: address, context)
                    peer?.shakeHalf()
                    return peer
                })
            #expect(await region.serverCredentials.deny(Self.question) == .nothing)
            try await RawSocket.onThread {
                peer.say(F.opening + Self.call(1))
                peer.hearToEnd()
            }
            let failure = try #require(peer.failure)
            if case .alert = failure.reason {} else { Issue.record("\(failure)") }
            #expect(peer.frames.isEmpty && sink.count == 0)
            try await region.clients[0].echo()
        }
    }

    @Test("calls that come in one piece with the change of the gate do not begin")
    func onePiece() async throws {
        let trust = try LoopbackTrust()
        let sink = Sink()
        try await LiveRegion.with(trust, clients: 1, methods: [sink.handler]) { region in
            let peer = try await Self.caller(region, trust, streams: [1])
            await sink.messages.reaches(1)
            // The gate alone: nobody comes to cut.
            region.serverCredentials.gate.replace(with: Self.question)
            try await RawSocket.onThread {
                let more = (1..<20 as Range<UInt32>).flatMap { Self.call(1 + 2 * $0) }
                peer.say(more + F.frame(F.data, 0, 1, [0, 0, 0, 0, 1, 7]))
                peer.hearToEnd()
            }
            #expect(sink.count == 1)
            var ends = sink.ended.stream.makeAsyncIterator()
            #expect(await ends.next() == true)
            #expect(peer.frames.contains { $0.type == F.goAway })
        }
    }
}
