internal import SampanCompression
internal import SampanSiege
internal import SampanTransport

/// Attackers who make much out of little.
extension Assault {
    private typealias F = RawFrame

    static let large: [Assault] = [
        repeated("a header list of 70 KB") { address in
            let block = F.block(unary, (0..<70).map { ("x-\($0)", String(repeating: "v", count: 1_000)) })
            var bytes = F.frame(F.headers, 0, 1, Array(block.prefix(16_000)))
            for start in stride(from: 16_000, to: block.count, by: 16_000) {
                let end = min(start + 16_000, block.count)
                bytes += F.frame(F.continuation, end == block.count ? 4 : 0, 1, Array(block[start..<end]))
            }
            let reaction = ScriptedPeer(to: address)?.provoke(bytes)
            return reaction?.goAway == 11 && reaction?.isClosed == true
        },
        // One entry of the table, named four times by each of a thousand open calls: just under the limit of a list.
        held(
            "metadata just under the limit, on open calls", F.field("x-a", String(repeating: "a", count: 3_900), first: 0x40), 3,
            isRefused: false),
        // The same with commas: each would be an entry of its own.
        held("metadata of commas, on open calls", F.field("x-bin", String(repeating: ",", count: 3_900), first: 0x40), 3, isRefused: true),
        repeated("lengths over the limit") { address in
            let reaction = ScriptedPeer(to: address)?.provoke(
                (0..<500 as Range<UInt32>).flatMap { F.head(2 * $0 + 1, unary) + F.frame(F.data, 0, 2 * $0 + 1, [0, 255, 255, 255, 255]) })
            return reaction?.ended.count == 500
        },
        compressedBombs,
        repeated("methods, types, timeouts, base64 that are wrong") { address in
            let fields = [("grpc-timeout", "999999999S"), ("x-bin", "?"), ("grpc-encoding", "%%%"), ("grpc-timeout", "-1n")]
            let wrong = ["", "/", "/grpc.testing.TestService", "\(unary)%00", "//\(unary)", "*", "/../etc/passwd", "/没有"]
            var (bytes, id): ([UInt8], UInt32) = ([], 1)
            for _ in 0..<20 {
                for path in wrong.dropFirst() {
                    bytes += F.frame(F.headers, 5, id, F.block(path))
                    id += 2
                }
                for field in fields {
                    bytes += F.frame(F.headers, 5, id, F.block(unary, [field]))
                    id += 2
                }
            }
            let reaction = ScriptedPeer(to: address)?.provoke(bytes)
            return reaction.map { $0.isClosed || $0.ended.count + $0.resets.count == Int(id / 2) } ?? false
        },
    ]

    /// A thousand calls that stay open with what `entry` stands for, `times` more by an index of one byte. Then the connection is ours to
    /// close: a server may serve calls that keep to every limit, and has to refuse the others.
    private static func held(_ name: String, _ entry: [UInt8], _ times: Int, isRefused: Bool) -> Assault {
        repeated(name) { address in
            guard let peer = ScriptedPeer(to: address) else { return false }
            peer.socket.write(F.frame(F.headers, 4, 1, F.block(upload) + entry))
            for index in 1..<1_000 as Range<UInt32> {
                let block = F.block(upload) + [UInt8](repeating: 0xBE, count: times)
                guard peer.socket.write(F.frame(F.headers, 4, 2 * index + 1, block)) else { break }
            }
            let reaction = peer.provoke([])
            return !reaction.isSilent && (!isRefused || reaction.isClosed || reaction.ended.count + reaction.resets.count >= 999)
        }
    }

    private static let compressedBombs = repeated("compressed bombs") { address in
        guard let bomb = compressedBomb, let peer = ScriptedPeer(to: address) else { return false }
        let message = [1] + F.word(UInt32(bomb.count)) + bomb
        for id in [1, 3, 5, 7] as [UInt32] {
            peer.socket.write(F.frame(F.headers, 4, id, F.block(unary, [("grpc-encoding", "gzip")])))
            for start in stride(from: 0, to: message.count, by: 16_384) {
                let end = min(start + 16_384, message.count)
                peer.socket.write(F.frame(F.data, end == message.count ? 1 : 0, id, Array(message[start..<end])))
            }
            _ = peer.read { $0.ended.contains(id) || $0.resets[id] != nil }
        }
        return peer.reaction.ended.count + peer.reaction.resets.count == 4
    }

    /// 64 MiB of zeros in some 280 KB.
    private static let compressedBomb = try? Gzip.compress([UInt8](repeating: 0, count: 64 * 1_024 * 1_024))
}
