package import SampanTransport

/// A client that is a list of bytes, and a reader of what comes back. Blocking, for `RawSocket.onThread`.
package final class ScriptedPeer {
    /// What a server made of the bytes.
    package struct Reaction: Sendable, Equatable {
        /// Code of a GOAWAY other than NO_ERROR.
        package var goAway: UInt32?
        package var isClosed = false
        package var isSilent = false
        /// Codes of RST_STREAM by stream, without NO_ERROR.
        package var resets: [UInt32: UInt32] = [:]
        /// Streams that got END_STREAM.
        package var ended: Set<UInt32> = []
        /// Streams that got a head.
        package var answered: Set<UInt32> = []
        /// Answers to pings of ours.
        package var pings = 0
        /// Pings of the server.
        package var asked = 0
        /// WINDOW_UPDATE by stream.
        package var increments: [UInt32: [UInt32]] = [:]
        /// GOAWAY with NO_ERROR: last stream ids.
        package var shutdowns: [UInt32] = []
    }

    package let socket: RawSocket
    package var answersPings = true
    /// Keeps the answers to pings back until `answerHeldPings`.
    package var holdsPings = false
    private var heldAnswers: [UInt8] = []
    package private(set) var reaction = Reaction()
    private var buffer: [UInt8] = []
    private var fences = 0

    /// `room`: of its receive buffer, in bytes.
    package init?(to address: SocketAddress, opening: [UInt8] = RawFrame.opening, room: Int = 1 << 20) {
        guard let socket = RawSocket(to: address, room: room) else { return nil }
        self.socket = socket
        socket.write(opening)
    }

    /// Sends bytes, and returns once the server has answered two pings after them, one after the other, or has closed: answers to pings
    /// overtake other frames of the same turn.
    package func provoke(_ bytes: [UInt8]) -> Reaction {
        socket.write(bytes)
        for _ in 0..<2 {
            fences += 1
            socket.write(RawFrame.frame(RawFrame.ping, 0, 0, [UInt8](repeating: UInt8(truncatingIfNeeded: fences), count: 8)))
            let wanted = fences
            guard read(until: { $0.pings >= wanted }) else { break }
        }
        return reaction
    }

    package func answerHeldPings() {
        socket.write(heldAnswers)
        heldAnswers = []
        holdsPings = false
    }

    /// Reads until the server has closed.
    package func untilClosed() -> Reaction {
        _ = read(until: { _ in false })
        return reaction
    }

    /// Reads on until the condition holds; false when the server has closed, or said nothing for 20 s.
    package func read(until condition: (Reaction) -> Bool) -> Bool {
        while !condition(reaction) {
            guard let bytes = socket.read() else {
                reaction.isSilent = true
                return false
            }
            guard !bytes.isEmpty else {
                reaction.isClosed = true
                return false
            }
            buffer += bytes
            takeFrames()
        }
        return true
    }

    private func takeFrames() {
        var start = 0
        while buffer.count - start >= 9 {
            let length = Int(buffer[start]) << 16 | Int(buffer[start + 1]) << 8 | Int(buffer[start + 2])
            guard buffer.count - start >= 9 + length else { break }
            take(buffer[start + 3], buffer[start + 4], word(start + 5), start + 9)
            start += 9 + length
        }
        buffer.removeFirst(start)
    }

    private func take(_ type: UInt8, _ flags: UInt8, _ stream: UInt32, _ payload: Int) {
        switch type {
        case RawFrame.headers:
            reaction.answered.insert(stream)
            if flags & RawFrame.endStream != 0 { reaction.ended.insert(stream) }
        case RawFrame.data where flags & RawFrame.endStream != 0: reaction.ended.insert(stream)
        case RawFrame.reset where word(payload) != 0: reaction.resets[stream] = word(payload)
        case RawFrame.ping where flags & RawFrame.ack != 0: reaction.pings += 1
        case RawFrame.ping:
            reaction.asked += 1
            let answer = RawFrame.frame(RawFrame.ping, RawFrame.ack, 0, Array(buffer[payload..<payload + 8]))
            if holdsPings { heldAnswers += answer } else if answersPings { socket.write(answer) }
        case RawFrame.windowUpdate: reaction.increments[stream, default: []].append(word(payload))
        case RawFrame.goAway:
            let code = word(payload + 4)
            if code == 0 { reaction.shutdowns.append(word(payload)) } else { reaction.goAway = code }
        default: break
        }
    }

    private func word(_ at: Int) -> UInt32 { buffer[at..<at + 4].reduce(0) { $0 << 8 | UInt32($1) } }
}
