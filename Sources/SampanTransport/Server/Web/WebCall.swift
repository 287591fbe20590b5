internal import SampanRPC

/// What a call by a door has beside a call of gRPC. Loop-confined, as its call.
final class WebCall {
    let doors: WebDoors
    let content: WebContent
    /// Of the page that calls; one that may.
    let origin: String?
    /// Connect: the body so far.
    var body: [UInt8] = []
    /// Connect: the answer, which is sent with the end.
    var answer: [UInt8] = []
    /// gRPC-Web in base64: up to three characters that wait for the fourth.
    var quantum: [UInt8] = []

    init(_ doors: WebDoors, _ content: WebContent, origin: String?) {
        (self.doors, self.content, self.origin) = (doors, content, origin)
    }

    /// Bytes of the request that wait for the rest of it.
    var heldBytes: Int { body.count }

    /// Takes base64 apart as it comes, in fours; what comes after padding begins anew (gRPC PROTOCOL-WEB, text format).
    func decode(_ data: [UInt8]) throws(RPCError) -> [UInt8] {
        let text = quantum + data
        let whole = text.count & ~3
        quantum = Array(text[whole...])
        var (bytes, start): ([UInt8], Int) = ([], 0)
        while start < whole {
            // A piece at once: to its padding, or as far as whole fours go.
            let padding = text[start..<whole].firstIndex(of: UInt8(ascii: "="))
            let end = padding.map { min(whole, ($0 & ~3) + 4) } ?? whole
            guard let part = Base64.decode(Array(text[start..<end]).span) else {
                throw RPCError(code: .invalidArgument, message: "the body is not base64, as its content type says")
            }
            bytes += part
            start = end
        }
        return bytes
    }

    /// A frame of gRPC-Web as it goes out.
    func encoded(_ frame: [UInt8]) -> [UInt8] {
        guard content.framing == .grpcWebText else { return frame }
        let text = Array(Base64.encode(frame).utf8)
        return text + [UInt8](repeating: UInt8(ascii: "="), count: (4 - text.count % 4) % 4)
    }
}
