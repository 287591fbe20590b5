internal import SampanSiege
internal import SampanTestSupport
internal import SampanTransport

/// Attackers who take their time, and those who come in numbers.
extension Assault {
    private typealias F = RawFrame

    static let slow: [Assault] = [
        idling("slow-loris: nothing after TCP") { _ in [] },
        idling("slow-loris: half a preface") { _ in Array(F.magic.prefix(9)) },
        idling("slow-loris: SETTINGS without end") { _ in F.magic + F.frame(F.settings, 0, 0, [0, 3, 0], length: 60) },
        idling("slow-loris: a head without end") { _ in F.opening + F.frame(F.headers, 0, 1, Array(F.block(unary).prefix(40))) },
        slowBodies,
        Assault(name: "zero window, a thousand streams") { address, _ in
            var toll = Toll()
            guard let peer = ScriptedPeer(to: address) else { return toll }
            peer.socket.write(F.frame(F.settings, 0, 0, F.setting(4, 0)))
            // response_parameters (field 2) with a size (field 1) of 60,000 bytes, twice.
            let request: [UInt8] = [0x12, 4, 0x08, 0xE0, 0xD4, 0x03, 0x12, 4, 0x08, 0xE0, 0xD4, 0x03]
            for index in 0..<1_000 as Range<UInt32> {
                let id = 2 * index + 1
                let bytes = F.head(id, download) + F.frame(F.data, 1, id, [0, 0, 0, 0, UInt8(request.count)] + request)
                guard peer.socket.write(bytes) else { break }
            }
            let reaction = peer.untilClosed()
            toll.note(reaction.isClosed && reaction.goAway == 11)
            return toll
        },
        Assault(name: "garbage, seeded, on many connections") { address, scale in
            var random = SeededRandom(seed: scale.seed)
            var toll = Toll()
            for index in 0..<scale.garbage {
                guard let socket = RawSocket(to: address) else { continue }
                socket.write([[], F.magic, F.opening, Array("GET / HTTP/1.1\r\n\r\n".utf8)][index % 4])
                socket.write(random.bytes(Int.random(in: 1...600, using: &random)))
                // Enough for whatever length a frame claimed.
                socket.write([UInt8](repeating: 0, count: 40_000))
                toll.note(socket.readToEnd() != nil)
            }
            return toll
        },
    ]

    /// Many connections at once that say so much and then nothing more: all have to be closed.
    private static func idling(_ name: String, _ bytes: @escaping @Sendable (Int) -> [UInt8]) -> Assault {
        Assault(name: name) { address, scale in
            let sockets = (0..<scale.idlers).compactMap { index -> RawSocket? in
                guard let socket = RawSocket(to: address) else { return nil }
                socket.write(bytes(index))
                return socket
            }
            var toll = Toll()
            for socket in sockets { toll.note(socket.readToEnd() != nil) }
            return toll
        }
    }

    /// A thousand calls of one connection whose prefix promises 4 MiB: each has to end, the connection need not.
    private static let slowBodies = Assault(name: "slow-loris: bodies, with prefixes that lie") { address, _ in
        var toll = Toll()
        guard let peer = ScriptedPeer(to: address) else { return toll }
        for index in 0..<900 as Range<UInt32> {
            peer.socket.write(F.head(2 * index + 1, unary) + F.frame(F.data, 0, 2 * index + 1, [0, 0, 64, 0, 0, 1]))
        }
        _ = peer.read { $0.ended.count + $0.resets.count >= 900 }
        for index in 0..<900 as Range<UInt32> { toll.note(peer.reaction.ended.contains(2 * index + 1)) }
        return toll
    }
}
