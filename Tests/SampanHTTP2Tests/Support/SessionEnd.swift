import SampanHTTP2

/// One session with a delegate that notes everything.
final class SessionEnd {
    /// What the session holds: not the end itself, or neither would ever go.
    private final class Delegate: HTTP2SessionDelegate {
        private unowned let end: SessionEnd

        init(_ end: SessionEnd) { self.end = end }

        func makeStream() -> HTTP2Stream? { end.makeStream() }
        func receivedSettings(maximumConcurrentStreams: UInt32) { end.settings.append(maximumConcurrentStreams) }
        func receivedGoAway(lastStreamID: Int32, code: HTTP2ErrorCode) { end.goAways.append((lastStreamID, code)) }
        func receivedPingAck(_ ping: HTTP2Ping?) { end.pingAcks += 1 }
    }

    let session: HTTP2Session
    private(set) var streams: [RecordingStream] = []
    private(set) var settings: [UInt32] = []
    private(set) var goAways: [(last: Int32, code: HTTP2ErrorCode)] = []
    private(set) var pingAcks = 0
    var refusesStreams = false
    /// What a server does when a head has come. Given the session, since a closure that holds this end would keep both for ever.
    var onHead: ((HTTP2Session, RecordingStream) -> Void)?

    init(_ role: HTTP2Session.Role, _ settings: HTTP2Settings = HTTP2Settings()) throws {
        session = try HTTP2Session(role: role, settings: settings)
        session.delegate = Delegate(self)
    }

    private func makeStream() -> HTTP2Stream? {
        if refusesStreams { return nil }
        let stream = RecordingStream()
        stream.onHead = { [unowned self] in onHead?(session, $0) }
        streams.append(stream)
        return stream
    }

    /// Everything that the session has to say now.
    func output() throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let chunk = try unsafe session.nextOutput() { unsafe bytes.append(contentsOf: chunk) }
        return bytes
    }

    func receive(_ bytes: [UInt8]) throws(HTTP2Error) {
        let result: Result<Void, HTTP2Error> = unsafe bytes.withUnsafeBytes { buffer in
            do throws(HTTP2Error) {
                try unsafe session.receive(buffer)
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    /// Takes what the allowance allows; returns how many bytes that were.
    func receive(_ bytes: ArraySlice<UInt8>, _ allowance: TurnAllowance) throws -> Int {
        var allowance = allowance
        return try unsafe bytes.withUnsafeBytes { try unsafe session.receive($0, now: 0, allowance: &allowance) }
    }
}
