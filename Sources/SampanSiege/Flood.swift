package import SampanTransport

/// Frames that cost a server more than their sender, sent over and over: what CVEs are made of. A server has to cut each of them.
package struct Flood: Sendable {
    /// Methods that the attacked server has.
    package struct Target: Sendable {
        /// Answers at once.
        package let unary: String
        /// Takes a stream of requests, and waits for them.
        package let streaming: String
        /// Does not answer before it is cancelled.
        package let hanging: String

        package init(unary: String, streaming: String, hanging: String) {
            (self.unary, self.streaming, self.hanging) = (unary, streaming, hanging)
        }
    }

    package let name: String
    /// What comes before the flood.
    package var before: [UInt8] = []
    /// How many times `frame` is sent at most: far over the default limit.
    package var count = 5_000
    /// The code of GOAWAY beside ENHANCE_YOUR_CALM that the library below the server may choose.
    package var alternative: UInt32 = 11
    /// Whether its first piece already lets a server close in peace.
    var mayEndInPeace = false
    /// The n-th piece of the flood, from 0.
    package let frame: @Sendable (UInt32) -> [UInt8]

    /// Sends it until the server has closed, or all of it is sent; returns what the server made of it. Nil when it does not let us connect.
    package func attack(_ address: SocketAddress) -> ScriptedPeer.Reaction? {
        guard let peer = ScriptedPeer(to: address) else { return nil }
        peer.socket.write(before)
        for batch in 0..<UInt32(count / 100) {
            // One that has been cut and wrote on would only be discarded: it comes back instead, which costs more.
            guard peer.socket.write((0..<100).flatMap { frame(batch * 100 + $0) }), !peer.socket.isPeerDone else { break }
        }
        return peer.untilClosed()
    }

    /// Whether a server's reaction is the right one: GOAWAY, and the end of the connection.
    package func isCut(_ reaction: ScriptedPeer.Reaction?) -> Bool {
        guard let reaction, reaction.isClosed else { return false }
        if mayEndInPeace, reaction.goAway == nil { return true }
        return reaction.goAway == 11 || reaction.goAway == alternative
    }

    package static func all(_ target: Target) -> [Flood] { calls(target) + connection(target) + headerBlocks(target) }

    private typealias F = RawFrame

    private static func calls(_ target: Target) -> [Flood] {
        let cancel = F.word(8)
        return [
            Flood(name: "rapid reset (CVE-2023-44487)") {
                F.head(2 * $0 + 1, target.hanging) + F.frame(F.reset, 0, 2 * $0 + 1, cancel)
            },
            Flood(name: "calls that are answered, then reset") {
                F.call(2 * $0 + 1, target.unary) + F.frame(F.reset, 0, 2 * $0 + 1, cancel)
            },
            // Their streams are open until our resets leave: 1,001 of them in one turn are over the other limit.
            Flood(name: "resets that we are made to send (CVE-2025-8671)", alternative: 1) {
                F.head(2 * $0 + 1, target.streaming) + F.frame(F.windowUpdate, 0, 2 * $0 + 1, F.word(0x7FFF_FFFF))
            },
            Flood(name: "malformed heads", alternative: 1) { F.frame(F.headers, 5, 2 * $0 + 1, F.block(without: ":path")) },
            Flood(name: "streams over the limit", alternative: 1) { F.head(2 * $0 + 1, target.streaming) },
        ]
    }

    private static func connection(_ target: Target) -> [Flood] {
        let open = F.head(1, target.streaming)
        return [
            Flood(name: "SETTINGS") { _ in F.frame(F.settings, 0, 0, F.setting(3, 9)) },
            Flood(name: "SETTINGS acknowledgements", alternative: 1) { _ in F.frame(F.settings, 1) },
            Flood(name: "PING") { _ in F.frame(F.ping, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8]) },
            Flood(name: "PING acknowledgements") { _ in F.frame(F.ping, 1, 0, [1, 2, 3, 4, 5, 6, 7, 8]) },
            Flood(name: "PRIORITY") { F.frame(F.priority, 0, 2 * ($0 % 500) + 1, F.word(0) + [1]) },
            Flood(name: "WINDOW_UPDATE of the connection") { _ in F.frame(F.windowUpdate, 0, 0, F.word(1)) },
            Flood(name: "WINDOW_UPDATE of a stream", before: open) { _ in F.frame(F.windowUpdate, 0, 1, F.word(1)) },
            Flood(name: "empty DATA", before: open) { _ in F.frame(F.data, 0, 1) },
            Flood(name: "DATA of padding alone", before: open) { _ in
                F.frame(F.data, F.padded, 1, [255] + [UInt8](repeating: 0, count: 255))
            },
            Flood(name: "GOAWAY", mayEndInPeace: true) { _ in F.frame(F.goAway, 0, 0, F.word(0) + F.word(0)) },
        ]
    }

    private static func headerBlocks(_ target: Target) -> [Flood] {
        let open = F.frame(F.headers, 0, 1, F.block(target.unary))
        return [
            Flood(name: "CONTINUATION (CVE-2024-27316)", before: open) { _ in F.frame(F.continuation, 0, 1) },
            Flood(name: "CONTINUATION with fields", before: open) { _ in F.frame(F.continuation, 0, 1, F.field("x-a", "1")) },
            Flood(
                name: "HPACK bombs", before: F.frame(F.headers, 5, 1, F.block(target.unary) + bombEntry), alternative: 1
            ) {
                F.frame(F.headers, 5, 2 * $0 + 3, F.block(target.unary) + [UInt8](repeating: 0xBE, count: 8))
            },
            // Inflated to the end, and no call to count it for.
            Flood(
                name: "header blocks of a stream that has gone",
                before: F.frame(F.headers, 4, 1, F.block(target.streaming) + bombEntry) + F.frame(F.reset, 0, 1, F.word(8))
            ) { _ in F.frame(F.headers, 5, 1, [UInt8](repeating: 0xBE, count: 100)) },
        ]
    }

    /// A field of 3,900 bytes that goes into the table of HPACK; one byte, 0xBE, names it from then on (RFC 7541 §6.1, §6.2.1).
    package static let bombEntry = RawFrame.field("x-a", String(repeating: "a", count: 3_900), first: 0x40)
}

extension Flood: CustomStringConvertible {
    package var description: String { name }
}
