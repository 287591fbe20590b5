internal import Glibc
internal import SampanCrypto
internal import SampanHTTP2
internal import SampanRPC

/// What the owner of a connection is told, besides what its session says. On the loop.
protocol ConnectionOwner: HTTP2SessionDelegate {
    /// Connected, and the TLS handshake, where there is one, has succeeded.
    func connectionEstablished(_ peer: Peer)
    /// What there was to write has been written, or waits for the socket. Once per turn in which anything happened.
    func connectionFlushed()
    /// How far windows of this connection may grow.
    var windowLimits: WindowLimits { get }
    /// Takes room for so many bytes that the peer may send more; false where there is none. It is given back by `windowGrowth` falling.
    func mayWiden(by bytes: Int) -> Bool
    /// Takes over the socket of a connection that has said its last words; false where it is to be closed. Called at most once.
    func linger(_ socket: StreamSocket) -> Bool
    /// Every stream has been ended. Called once.
    func connectionClosed(_ reason: CloseReason)
}

extension ConnectionOwner {
    /// A client that ends a connection wants nothing more of it.
    func linger(_ socket: StreamSocket) -> Bool { false }
}

/// A socket, its TLS and its HTTP/2 session, driven by one loop for life.
///
/// connecting → handshaking → open → closed. Bytes in: socket → TLS → session. Bytes out, once per turn: session → one gather
/// buffer → TLS → socket; while the socket is full nothing is gathered, and nghttp2 holds the data back: that is the back-pressure.
///
/// A turn does only so much for one connection (`TurnAllowance`, `writesPerTurn`, `endsPerTurn`): the rest waits for the next, so that
/// no peer, however busy, keeps the others of its loop waiting.
final class Connection: PollHandler, Flushable, Resumable, TimerTarget {
    private enum State { case connecting, handshaking, open, closed }

    let loop: EventLoop
    let session: HTTP2Session
    let socket: StreamSocket
    let address: String
    private(set) var tls: TLSConnection?
    /// Whether the peer has said anything under the keys of the application: only then a client knows that its certificate was taken.
    var hasHeardPlaintext = false
    /// Held from `start` to `close`, like the session's delegate (which says why).
    private var owner: (any ConnectionOwner)?
    private var state: State
    private var token: Poller.Token?
    private var interest: Readiness
    /// Output that the socket did not take (plaintext connections; with TLS the TLS layer holds it).
    private var unsent = UnsentBytes()
    private var isDirty = false
    /// What may still be fed in this turn.
    private var allowance = TurnAllowance.turn
    /// What was read and was over the allowance, at most one read; nothing more is read before it is fed.
    private(set) var postponedInput: [UInt8] = []
    private var isPostponed = false
    /// Whether a write has failed, and what had come before that is being fed.
    private var isHearingRest = false
    /// Whether the session is asked for output, whose call-backs may close the connection; and why they do.
    private var isGathering = false
    private var closesWith: CloseReason?
    private var setUpTimer: TimerID?
    var keepaliveTimer: LoopTimer?
    /// Measures the line, from the first bulk data on.
    var estimator: BandwidthEstimator?
    /// When it was connected, and its peer was known; on the loop's clock.
    private(set) var opened: Int64 = 0
    /// Bytes of HTTP/2 that the peer has sent, and that were handed to the socket or to TLS for it.
    private(set) var (receivedBytes, sentBytes): (UInt64, UInt64) = (0, 0)
    /// When the peer last sent anything, on the loop's clock.
    private(set) var lastHeard: Int64 = 0
    /// Why the connection ended; known to its streams when they end with it.
    private(set) var closeReason: CloseReason?
    /// Whom the certificate of the other end names; nil before the handshake is over, and without one.
    private(set) var verifiedPeer: VerifiedPeer?
    /// What it hangs on; nil before the handshake is over, and where the other end names no node.
    var trust: ConnectionTrust? { verifiedPeer.map { ConnectionTrust(peer: $0, shownIssuer: tls?.shownIssuer) } }
    /// Whether nothing more is read: the peer is refused, and only waited for to take its last words.
    private(set) var isDeaf = false

    /// Reads of one turn, where the allowance lasts. 4: 256 KiB of bulk data.
    private static let readsPerTurn = 4
    /// Reads from a socket that takes no more. 128: 8 MiB, what a stream may be ahead at its widest; and an end if the peer is not gone.
    private static let lastReads = 128
    /// Gather buffers that are written in one turn. 4: half a MiB.
    private static let writesPerTurn = 4
    /// Calls of a client that has gone which are ended in one turn. 8, some 0.1 ms: a handler has to hear of each, and clients that come
    /// and go have several connections that end at a time.
    private static let endsPerTurn = 8
    /// Output that waits for a peer which does not read, in bytes, above which nothing more is read from it either. Twice the gather
    /// buffer: ordinary output never reaches it, but a TLS peer can make OpenSSL answer (KeyUpdate) without end.
    private static let backlogLimit = 256 * 1_024

    init(
        loop: EventLoop, socket: StreamSocket, address: String, isConnected: Bool, session: HTTP2Session, tls: TLSConnection?
    ) {
        self.loop = loop
        self.socket = socket
        self.address = address
        self.session = session
        self.tls = tls
        state = isConnected ? .handshaking : .connecting
        interest = isConnected ? .readable : .writable
    }

    /// Puts the connection on its loop. `setUpTimeout` runs until `setUpComplete`.
    func start(owner: any ConnectionOwner, setUpTimeout: Duration) {
        loop.assertOnLoop()
        self.owner = owner
        session.delegate = owner
        do throws(SocketError) {
            token = try loop.register(socket.descriptor, interest, self)
        } catch {
            close(.socket(error))
            return
        }
        setUpTimer = loop.schedule(after: setUpTimeout, self)
        if state == .handshaking { beginHandshake() }
    }

    var isClosed: Bool { state == .closed }
    var isHandshaking: Bool { state == .handshaking }
    /// Whether TLS is under way and may still fail for what either side has shown.
    var isBeingJudged: Bool { state == .handshaking || (state == .open && session.role == .client && !hasHeardPlaintext) }
    var windowLimits: WindowLimits? { owner?.windowLimits }

    func mayWiden(by bytes: Int) -> Bool { owner?.mayWiden(by: bytes) ?? false }

    /// Has what the session wants to say written at the end of this turn.
    func markDirty() {
        guard !isDirty, state == .open else { return }
        isDirty = true
        loop.flushAtEndOfTurn(self)
    }

    /// Ends the connection now: every stream, then the socket. No effect the second time.
    ///
    /// Inside a flush it ends when what is being gathered has been written: bytes that are written to a descriptor after its close go,
    /// unencrypted, to whichever connection of the process has got its number.
    func close(_ reason: CloseReason) {
        guard state != .closed else { return }
        if isGathering {
            closesWith = closesWith ?? reason
            return
        }
        let reason = named(reason)
        state = .closed
        closeReason = reason
        if let setUpTimer { loop.cancel(setUpTimer) }
        keepaliveTimer?.cancel()
        if let token { loop.unregister(token, socket.descriptor) }
        token = nil
        postponedInput = []
        endSocket(reason)
        tls = nil
        unsent = UnsentBytes()
        session.delegate = nil
        endStreams(reason)
    }

    /// Closes the socket, or leaves it to those that linger where the last words have all gone out.
    private func endSocket(_ reason: CloseReason) {
        if reason.leavesWords, sayGoodbye(), owner?.linger(socket) == true { return }
        socket.close()
    }

    /// Ends TLS, where there is any; false when not all that was said has been written.
    private func sayGoodbye() -> Bool {
        guard let tls else { return unsent.isEmpty }
        tls.close()
        return writeCiphertext(tls)
    }

    /// Ends what calls there are. A server does so over several turns: there may be a thousand, and others wait. The calls of a client are
    /// its own, and want to know at once.
    private func endStreams(_ reason: CloseReason) {
        let isLast = session.role == .client || session.streamCount <= Self.endsPerTurn
        session.closeStreams(.connectionLost, atMost: isLast ? .max : Self.endsPerTurn)
        guard isLast else {
            postpone()
            return
        }
        let owner = owner
        self.owner = nil
        owner?.connectionClosed(reason)
    }

    /// Reads nothing more. What has come and was not fed is thrown away; what there is to say still goes out.
    func turnDeaf() {
        guard state != .closed, !isDeaf else { return }
        isDeaf = true
        postponedInput = []
        updateInterest()
    }

    private func postpone() {
        guard !isPostponed else { return }
        isPostponed = true
        loop.resumeNextTurn(self)
    }

    /// Goes on with what was too much for an earlier turn.
    func resume() {
        isPostponed = false
        if state == .closed {
            if let closeReason, owner != nil { endStreams(closeReason) }
            return
        }
        allowance = .turn
        let input = postponedInput
        postponedInput = []
        unsafe input.withUnsafeBytes { unsafe feed($0) }
        if state == .open, !isDeaf, postponedInput.isEmpty, let tls { readOn(tls) }
    }

    /// Ends the connection now, and tells the peer why if the socket takes it.
    func cut(_ reason: CloseReason, _ code: HTTP2ErrorCode) {
        guard state == .open else {
            close(reason)
            return
        }
        session.terminate(code)
        writeOutput()
        close(reason)
    }

    /// The peer has shown with its first SETTINGS that it speaks HTTP/2: from here on it may be silent.
    func setUpComplete() {
        if let setUpTimer { loop.cancel(setUpTimer) }
        setUpTimer = nil
    }

    /// The set-up took too long.
    func timerFired() {
        setUpTimer = nil
        close(.setUpTimedOut)
    }

    func ready(_ readiness: Readiness) {
        if state == .connecting {
            if let error = socket.pendingError {
                // Made, and reset before this side looked: a connect that was refused says so.
                if error.number == ECONNRESET { state = .handshaking }
                close(.socket(error))
                return
            }
            if socket.isItsOwnPeer {
                socket.resetAtClose()
                close(.socket(.refused))
                return
            }
            state = .handshaking
            beginHandshake()
        } else if readiness.contains(.writable) {
            flush()
        }
        guard state != .closed, readiness != .writable else { return }
        // Not for bytes, which nobody asked for: the socket itself is over.
        if isDeaf { close(.peerClosed) } else { readAvailable() }
    }

    // MARK: In

    private func beginHandshake() {
        if let tls { advanceHandshake(tls) } else { established(nil) }
    }

    func established(_ verified: VerifiedPeer?) {
        state = .open
        opened = loop.nowNanoseconds
        verifiedPeer = verified
        updateInterest()
        owner?.connectionEstablished(
            Peer(address: address, identity: verified?.identity, certificateHash: verified?.certificate.fingerprint ?? []))
        markDirty()
    }

    private func readAvailable() {
        lastHeard = loop.nowNanoseconds
        guard !isPostponed, state == .open || tls == nil || loop.takeHandshakeStep() else { return }
        let buffer = unsafe loop.buffers.inbound
        allowance = .turn
        for _ in 0..<Self.readsPerTurn where !isBacklogged && !allowance.isSpent && !isDeaf {
            switch unsafe socket.read(into: buffer) {
            case .bytes(let count):
                loop.noteRead(count)
                unsafe received(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                guard state != .closed else { return }
                // A short read means that the socket is drained: no extra system call to hear so.
                if count < buffer.count { return }
            case .wouldBlock: return
            case .endOfFile:
                close(.peerClosed)
                return
            case .failed(let error):
                close(.socket(error))
                return
            }
        }
    }

    private func received(_ bytes: UnsafeRawBufferPointer) {
        if let tls { unsafe received(ciphertext: bytes, tls) } else { unsafe feed(bytes) }
    }

    func feed(_ bytes: UnsafeRawBufferPointer) {
        do throws(HTTP2Error) {
            let count = try unsafe session.receive(bytes, now: loop.nowNanoseconds, allowance: &allowance)
            receivedBytes &+= UInt64(count)
            markDirty()
            guard count < bytes.count, state == .open, !isDeaf else { return }
            postponedInput = unsafe Array(bytes[count...])
            postpone()
        } catch {
            // What the session has to say about it (GOAWAY) goes out first, if the socket takes it.
            writeOutput()
            close(.http2(error))
        }
    }

    // MARK: Out

    func flush() {
        isDirty = false
        guard state == .open else {
            if state == .handshaking, let tls { advanceHandshake(tls) }
            return
        }
        writeOutput(atMost: Self.writesPerTurn)
        if state == .open { owner?.connectionFlushed() }
        if state == .open, session.isFinished, !hasUnsentOutput { close(isDeaf ? .refused : .finished) }
    }

    private func writeOutput(atMost writes: Int = .max) {
        guard state == .open else { return }
        var left = writes
        do throws(HTTP2Error) {
            while left > 0, state == .open, try gatherAndWrite() { left -= 1 }
            // There is more, and the socket takes it: in the next turn.
            if left == 0 { markDirty() }
        } catch {
            close(.http2(error))
            return
        }
        updateInterest()
    }

    /// Writes one buffer full of frames; false when there is no more to write, or the socket takes no more.
    private func gatherAndWrite() throws(HTTP2Error) -> Bool {
        guard writeUnsent() else { return false }
        defer { if let closesWith { close(closesWith) } }
        let count = try gather()
        guard count > 0 else { return false }
        sentBytes &+= UInt64(count)
        return unsafe write(UnsafeRawBufferPointer(rebasing: loop.buffers.gather[..<count]))
    }

    /// Fills the gather buffer of the loop with what the session has to say; returns how many bytes.
    private func gather() throws(HTTP2Error) -> Int {
        isGathering = true
        defer { isGathering = false }
        let buffer = unsafe loop.buffers.gather
        var count = 0
        // A frame is at most 16 KiB and its header: there is room for one more as long as that much is free.
        while count + Self.largestFrame <= buffer.count, let chunk = try unsafe session.nextOutput() {
            unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[count..<count + chunk.count]).copyMemory(from: chunk)
            count += chunk.count
        }
        return count
    }

    private static let largestFrame = 16_384 + 9

    /// Hands bytes to the socket; false when it did not take all of them or the connection is gone.
    private func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard state == .open else { return false }
        loop.noteWrite()
        if let tls { return unsafe write(plaintext: bytes, tls) }
        switch unsafe socket.write(bytes) {
        case .bytes(let count) where count == bytes.count: return true
        case .bytes(let count):
            unsafe unsent.keep(UnsafeRawBufferPointer(rebasing: bytes[count...]))
            return false
        case .wouldBlock:
            unsafe unsent.keep(bytes)
            return false
        case .endOfFile: return false
        case .failed(let error):
            writeFailed(error)
            return false
        }
    }

    /// The peer takes no more. What it had said before is here and counts: a call of this side that was answered must not fail because of
    /// bytes that came too late. A server has nobody left to answer. In a handshake it may be the alert that says why.
    func writeFailed(_ error: SocketError) {
        guard !isHearingRest else { return }
        if state == .handshaking || (state == .open && session.role == .client) { hearRest() }
        close(.socket(error))
    }

    /// All at once: these are calls of our own, which want to know.
    private func hearRest() {
        isHearingRest = true
        allowance = .unlimited
        let input = postponedInput
        postponedInput = []
        unsafe input.withUnsafeBytes { unsafe feed($0) }
        if state != .closed, let tls { readOn(tls) }
        let buffer = unsafe loop.buffers.inbound
        for _ in 0..<Self.lastReads where state != .closed {
            guard case .bytes(let count) = unsafe socket.read(into: buffer) else { return }
            unsafe received(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }

    /// Writes what an earlier turn could not; true when nothing is left of it.
    private func writeUnsent() -> Bool {
        if let tls { return writeCiphertext(tls) }
        while !unsent.isEmpty {
            switch unsafe unsent.withBytes({ unsafe socket.write($0) }) {
            case .bytes(let count): unsent.drop(count)
            case .wouldBlock, .endOfFile: return false
            case .failed(let error):
                writeFailed(error)
                return false
            }
        }
        return true
    }

    private var hasUnsentOutput: Bool { !unsent.isEmpty || (tls?.pendingCiphertext ?? 0) > 0 }

    private var isBacklogged: Bool { (tls?.pendingCiphertext ?? 0) > Self.backlogLimit }

    func updateInterest() {
        var wanted: Readiness = isBacklogged || isDeaf ? [] : .readable
        if hasUnsentOutput { wanted.insert(.writable) }
        guard wanted != interest, let token else { return }
        interest = wanted
        do throws(SocketError) {
            try loop.modify(token, socket.descriptor, wanted)
        } catch {
            close(.socket(error))
        }
    }
}
