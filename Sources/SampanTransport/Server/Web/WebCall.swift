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
        var bytes: [UInt8] = []
        bytes.reserveCapacity(data.count / 4 * 3 + 3)
        for byte in data {
            quantum.append(byte)
            guard quantum.count == 4 else { continue }
            guard let part = Base64.decode(quantum.span) else {
                throw RPCError(code: .invalidArgument, message: "the body is not base64, as its content type says")
            }
            bytes += part
            quantum.removeAll(keepingCapacity: true)
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
