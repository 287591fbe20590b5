internal import COpenSSL

/// One end of a TLS connection, without a socket: ciphertext comes in by `receive`, leaves by `drainCiphertext`; plaintext comes out
/// of `read` and goes in by `write`.
///
/// Confined to one thread, the loop that owns the socket; not Sendable. Nothing here blocks or waits, and nothing a peer sends traps.
///
/// One turn of its loop: `receive` what the socket brought → `read` until `wantMore` → `write` what there is to say → send what
/// `drainCiphertext` offers. After an error: send what is pending (the alert that tells the peer why), then close the socket.
///
/// ```
/// handshaking ──done──► open ──close()──► closing (reads on, writes nothing)
///      └────────error────┴──────error──────┴──► failed (every call throws the same error)
/// ```
///
/// TLS 1.3: a client is open one flight before the server has judged the client's certificate. A refusal then arrives at the client's
/// first `read` as `alert`.
@safe package final class TLSConnection {
    private enum State {
        case handshaking, open, closing
        case failed(TLSError)
    }

    private let pointer: OpaquePointer
    private let context: TLSContext
    private let ends = QueueBIO.Ends()
    private let record: HandshakeRecord
    private var state = State.handshaking
    private var prologue = RecordPrologue()
    private var inboundEnded = false
    private var peerClosed = false

    /// Throws only when OpenSSL is out of memory or `serverName` is no host name.
    ///
    /// - Parameters:
    ///   - serverName: what a client writes into server_name (RFC 6066 §3), for foreign servers that choose by it. It is never
    ///     compared with the certificate: a peer is known by its URI name.
    ///   - expecting: a question about the peer put on this connection only, after all the context's own ("is it the node I dialled?");
    ///     asked within the handshake, on this thread.
    package init(
        _ context: TLSContext, serverName: String? = nil, expecting: ((PeerCertificate) -> Bool)? = nil
    ) throws(TLSError) {
        ErrorQueue.clear()
        guard let pointer = unsafe SSL_new(context.pointer) else {
            throw TLSError(.library, ErrorQueue.drainText())
        }
        unsafe self.pointer = pointer
        self.context = context
        record = HandshakeRecord(expecting: expecting)
        // From here on a throw runs deinit.
        guard let bio = unsafe QueueBIO.make(ends) else { throw TLSError(.library, ErrorQueue.drainText()) }
        unsafe SSL_set_bio(pointer, bio, bio)
        guard unsafe SSL_set_ex_data(pointer, 0, Unmanaged.passUnretained(record).toOpaque()) == 1 else {
            throw TLSError(.library, ErrorQueue.drainText())
        }
        switch context.role {
        case .server: unsafe SSL_set_accept_state(pointer)
        case .client: unsafe SSL_set_connect_state(pointer)
        }
        if let serverName, unsafe COpenSSL_SSL_set_tlsext_host_name(pointer, serverName) != 1 {
            throw TLSError(.library, "\"\(serverName)\" is no server name: \(ErrorQueue.drainText())")
        }
    }

    deinit {
        // Frees the BIO too; the queues and the record it points at go after this.
        unsafe SSL_free(pointer)
    }

    // MARK: Handshake

    /// Makes a client write its ClientHello. A server has nothing to start; calling it there, or twice, is harmless.
    package func start() throws(TLSError) {
        try throwIfFailed()
        try handshake()
    }

    package var isHandshakeComplete: Bool {
        switch state {
        case .handshaking, .failed: false
        case .open, .closing: true
        }
    }

    /// Who the verified certificate names; nil before the end of the handshake and where no certificate was asked for.
    package var peerCertificate: PeerCertificate? { isHandshakeComplete ? record.peer : nil }

    /// SHA-256 of the certificate that has issued the one which this side shows; nil where a root has, or none is shown.
    package var shownIssuer: [UInt8]? { context.shownIssuer }

    /// What is known of the certificate that the peer has shown, also where it was refused; nil where none could be read.
    package var shownCertificate: ShownCertificate? { record.shown ?? record.peer.map { ShownCertificate($0) } }

    /// Whether the peer has sent anything at all.
    package var hasHeardPeer: Bool { !prologue.isEmpty }

    /// Says of an error of this connection who has to do what about it. For the path of failures only.
    package func explain(_ error: TLSError, at now: Int64) -> HandshakeExplanation {
        HandshakeExplanation(error, role: context.role, own: context.ownCertificate, at: context.verificationTime ?? now)
    }

    /// What ALPN chose, `h2`; nil before the end of the handshake.
    package var applicationProtocol: String? {
        guard isHandshakeComplete else { return nil }
        var start: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        unsafe SSL_get0_alpn_selected(pointer, &start, &count)
        guard let start = unsafe start, count > 0 else { return nil }
        return unsafe String(validating: UnsafeBufferPointer(start: start, count: Int(count)), as: UTF8.self)
    }

    /// What protects the records, as RFC 8446 §B.4 names it; nil before the end of the handshake.
    package var cipherSuite: String? {
        guard isHandshakeComplete, let name = unsafe SSL_CIPHER_standard_name(SSL_get_current_cipher(pointer)) else { return nil }
        return unsafe String(cString: name)
    }

    // MARK: From the socket

    /// Takes what the socket brought, all of it, and moves the handshake on. Throws what the peer did wrong.
    ///
    /// What is not yet read stays here without a limit: call `read` until `wantMore` before the next `receive`.
    package func receive(_ ciphertext: Span<UInt8>) throws(TLSError) {
        try throwIfFailed()
        prologue.see(ciphertext)
        let kept = unsafe ciphertext.withUnsafeBytes { unsafe ends.inbound.append($0) }
        guard kept else { throw fail(TLSError(.library, "out of memory")) }
        if case .handshaking = state { try handshake() }
    }

    /// Says that the socket has no more bytes. Throws `closedDuringHandshake`; after the handshake, `read` gives what is left and
    /// then `closed`, or throws `truncated` when close_notify never came.
    package func receiveEnd() throws(TLSError) {
        try throwIfFailed()
        inboundEnded = true
        if case .handshaking = state {
            throw fail(TLSError(.closedDuringHandshake, "the peer closed the connection during the handshake"))
        }
    }

    /// Fills `target` with as much plaintext as there is. May leave ciphertext to send (the answer to a key update).
    package func read(into target: inout MutableSpan<UInt8>) throws(TLSError) -> TLSReadResult {
        try throwIfFailed()
        if case .handshaking = state { return .wantMore }
        let filled = unsafe target.withUnsafeMutableBytes { unsafe readRecords($0) }
        // Bytes that came in order are given out before the error after them is thrown, at the next call.
        if filled > 0 { return .bytes(filled) }
        try throwIfFailed()
        if peerClosed { return .closed }
        guard inboundEnded else { return .wantMore }
        throw fail(TLSError(.truncated, "the peer closed the connection without close_notify"))
    }

    // MARK: To the socket

    /// Encrypts all of `plaintext`, in records of at most 16 KiB; an empty one does nothing. Gather before calling: each call costs at
    /// least one record (22 bytes and an AEAD). Throws `notOpen` before the handshake ended and after `close`.
    package func write(_ plaintext: Span<UInt8>) throws(TLSError) {
        try throwIfFailed()
        guard case .open = state else { throw TLSError(.notOpen, "the connection does not take data now") }
        guard plaintext.count > 0 else { return }
        let records = (plaintext.count + 16_383) / 16_384
        guard ends.outbound.reserve(plaintext.count + records * Int(SSL3_RT_MAX_ENCRYPTED_OVERHEAD)) else {
            throw fail(TLSError(.library, "out of memory"))
        }
        let written = unsafe plaintext.withUnsafeBytes { unsafe writeRecords($0) }
        guard written else { throw fail(errorFromQueue()) }
    }

    /// Ciphertext that waits for the socket, in bytes. A peer that does not read makes it grow: stop `receive` and `write` above a limit.
    package var pendingCiphertext: Int { ends.outbound.count }

    /// Offers all waiting ciphertext, without a copy; `send` returns how many bytes from the front it took (0 when the socket is
    /// full). Works after a failure too. `send` must not call this connection.
    package func drainCiphertext<Failure: Error>(_ send: (Span<UInt8>) throws(Failure) -> Int) throws(Failure) {
        guard ends.outbound.count > 0 else { return }
        ends.outbound.drop(unsafe try send(ends.outbound.bytes.span))
    }

    /// Says close_notify, once. `read` goes on until the peer's own; `write` is refused from now on. Before the handshake has ended there
    /// is nothing to say.
    package func close() {
        guard case .open = state else { return }
        state = .closing
        ErrorQueue.clear()
        unsafe SSL_shutdown(pointer)
        ErrorQueue.clear()
    }

    /// Memory held for bytes on their way, in bytes: 0 whenever both directions are drained.
    package var bufferedMemory: Int { ends.inbound.allocated + ends.outbound.allocated }

    /// Changes the keys of this direction, and asks the peer to change its own (RFC 8446 §4.6.3). Throws `notOpen` before the handshake
    /// ended and after `close`.
    package func updateKeys() throws(TLSError) {
        try throwIfFailed()
        guard case .open = state else { throw TLSError(.notOpen, "the connection has no keys to change now") }
        ErrorQueue.clear()
        guard unsafe SSL_key_update(pointer, SSL_KEY_UPDATE_REQUESTED) == 1, unsafe SSL_do_handshake(pointer) == 1 else {
            throw fail(errorFromQueue())
        }
    }

    // MARK: Inside

    private func handshake() throws(TLSError) {
        guard case .handshaking = state else { return }
        ErrorQueue.clear()
        let result = unsafe SSL_do_handshake(pointer)
        if result != 1 {
            switch unsafe SSL_get_error(pointer, result) {
            case SSL_ERROR_WANT_READ: return
            case SSL_ERROR_ZERO_RETURN:
                throw fail(TLSError(.closedDuringHandshake, "the peer said close_notify during the handshake"))
            default: throw fail(errorFromQueue())
            }
        }
        state = .open
        record.expecting = nil
        dropIssuers()
        if !context.policy.protocols.isEmpty, applicationProtocol == nil {
            close()
            throw fail(TLSError(.noALPN, "the peer chose no application protocol"))
        }
    }

    /// Lets the certificates of the peer's issuers go, which have done their work: 5 KB each for the life of a connection. The lists are
    /// OpenSSL's own, which frees them empty as well as full; nothing else here asks for them.
    private func dropIssuers() {
        unsafe Self.empty(SSL_get_peer_cert_chain(pointer))
        unsafe Self.empty(SSL_get0_verified_chain(pointer))
    }

    private static func empty(_ list: OpaquePointer?) {
        while let certificate = unsafe COpenSSL_X509_pop(list) { unsafe X509_free(certificate) }
    }

    /// Reads record after record until `target` is full or nothing is left; returns the bytes filled.
    private func readRecords(_ target: UnsafeMutableRawBufferPointer) -> Int {
        guard hasRecord else { return 0 }
        ErrorQueue.clear()
        var filled = 0
        // Not a call more than there are records: one that finds nothing makes a record buffer and frees it again.
        while filled < target.count, !peerClosed, hasRecord, let address = target.baseAddress {
            var count = 0
            let result = unsafe SSL_read_ex(pointer, address + filled, target.count - filled, &count)
            if result == 1 {
                filled += count
                continue
            }
            switch unsafe SSL_get_error(pointer, result) {
            case SSL_ERROR_WANT_READ: return filled
            case SSL_ERROR_ZERO_RETURN: peerClosed = true
            default:
                _ = fail(errorFromQueue())
                return filled
            }
        }
        return filled
    }

    /// Whether there is anything for OpenSSL to read: it takes off the queue just what the record at hand needs, never ahead.
    private var hasRecord: Bool { unsafe ends.inbound.count > 0 || SSL_pending(pointer) > 0 }

    /// True when all of it was written. One SSL_write_ex writes every record, since partial writes are off and the queue never
    /// says "full"; the loop guards against a library that thinks otherwise.
    private func writeRecords(_ source: UnsafeRawBufferPointer) -> Bool {
        ErrorQueue.clear()
        var done = 0
        while done < source.count, let address = source.baseAddress {
            var count = 0
            guard unsafe SSL_write_ex(pointer, address + done, source.count - done, &count) == 1 else { return false }
            done += count
        }
        return true
    }

    private func errorFromQueue() -> TLSError {
        TLSError.fromQueue(refusal: record.refusal, stranger: prologue.stranger)
    }

    private func fail(_ error: TLSError) -> TLSError {
        state = .failed(error)
        record.expecting = nil
        // What the peer sent after its mistake will never be read.
        ends.inbound.drop(.max)
        return error
    }

    private func throwIfFailed() throws(TLSError) {
        if case .failed(let error) = state { throw error }
    }
}
