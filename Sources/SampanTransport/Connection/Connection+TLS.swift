internal import Glibc
internal import SampanCrypto
internal import SampanHTTP2
internal import SampanRPC

/// The TLS half of a connection: ciphertext on the socket's side, plaintext on the session's.
extension Connection {
    /// Begins, or goes on with, a handshake and writes what it has to say.
    func advanceHandshake(_ tls: TLSConnection) {
        do throws(TLSError) {
            try tls.start()
        } catch {
            fail(tls, error)
            return
        }
        guard writeCiphertext(tls) else {
            updateInterest()
            return
        }
        updateInterest()
        noticeHandshake(tls)
    }

    /// Takes ciphertext off the socket: handshake messages are answered, plaintext goes to the session.
    func received(ciphertext: UnsafeRawBufferPointer, _ tls: TLSConnection) {
        do throws(TLSError) {
            try unsafe tls.receive(ciphertext.assumingMemoryBound(to: UInt8.self).span)
        } catch {
            fail(tls, error)
            return
        }
        readOn(tls)
    }

    /// Takes the plaintext of what has come, as far as it may be fed in this turn.
    func readOn(_ tls: TLSConnection) {
        do throws(TLSError) {
            noticeHandshake(tls)
            guard !isClosed else { return }
            try readPlaintext(tls)
        } catch {
            fail(tls, error)
            return
        }
        guard !isClosed, tls.pendingCiphertext > 0 else { return }
        if writeCiphertext(tls) || !isClosed { updateInterest() }
    }

    private func readPlaintext(_ tls: TLSConnection) throws(TLSError) {
        let buffer = unsafe loop.buffers.plaintext
        while !isClosed, !isDeaf, postponedInput.isEmpty {
            var target = unsafe buffer.assumingMemoryBound(to: UInt8.self).mutableSpan
            switch try tls.read(into: &target) {
            case .bytes(let count):
                hasHeardPlaintext = true
                unsafe feed(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            case .wantMore: return
            case .closed:
                close(.peerClosed)
                return
            }
        }
    }

    private func noticeHandshake(_ tls: TLSConnection) {
        guard isHandshaking, tls.isHandshakeComplete else { return }
        established(tls.peerCertificate.flatMap { VerifiedPeer($0) })
    }

    /// Encrypts bytes and hands them to the socket; false when some are left over or the connection is gone.
    func write(plaintext: UnsafeRawBufferPointer, _ tls: TLSConnection) -> Bool {
        do throws(TLSError) {
            try unsafe tls.write(plaintext.assumingMemoryBound(to: UInt8.self).span)
        } catch {
            fail(tls, error)
            return false
        }
        return writeCiphertext(tls)
    }

    /// Writes waiting ciphertext; true when nothing is left of it.
    func writeCiphertext(_ tls: TLSConnection) -> Bool {
        do throws(SocketError) {
            return try sendCiphertext(tls)
        } catch {
            writeFailed(error)
            return false
        }
    }

    private func sendCiphertext(_ tls: TLSConnection) throws(SocketError) -> Bool {
        var failure: SocketError?
        while tls.pendingCiphertext > 0 {
            var isFull = false
            tls.drainCiphertext { bytes in
                unsafe bytes.withUnsafeBytes { bytes in
                    switch unsafe socket.write(bytes) {
                    case .bytes(let count): return count
                    case .wouldBlock, .endOfFile: isFull = true
                    case .failed(let error): failure = error
                    }
                    return 0
                }
            }
            if let failure { throw failure }
            if isFull { return false }
        }
        return true
    }

    /// Sends the alert that tells the peer why, if the socket takes it, and ends the connection.
    ///
    /// A peer that has gone cannot take it; the reason is still the one that was found.
    private func fail(_ tls: TLSConnection, _ error: TLSError) {
        _ = try? sendCiphertext(tls)
        close(.tls(failed(tls, error)))
    }

    private func failed(_ tls: TLSConnection, _ error: TLSError) -> FailedHandshake {
        FailedHandshake(
            tls.explain(error, at: Int64(time(nil))), certificate: tls.shownCertificate, isAfterHandshake: !isBeingJudged)
    }

    // MARK: Ends without a word

    /// Gives the end of a handshake its label where TLS itself has none; every other reason stays.
    func named(_ reason: CloseReason) -> CloseReason {
        guard let tls, isBeingJudged else { return reason }
        switch reason {
        case .peerClosed:
            return lost(tls, .closedDuringHandshake, tls.hasHeardPeer ? "closed" : "closed without a byte: a port check does so")
        case .socket(let error): return lost(tls, .closedDuringHandshake, "\(error)")
        case .setUpTimedOut: return lost(tls, .timedOut, tls.hasHeardPeer ? "it stopped half-way" : "it said nothing")
        case .crowdedOut: return lost(tls, .timedOut, "too many others were being set up")
        default: return reason
        }
    }

    private func lost(_ tls: TLSConnection, _ reason: TLSError.Reason, _ detail: String) -> CloseReason {
        let role: TLSRole = session.role == .server ? .server : .client
        return .handshakeLost(
            FailedHandshake(
                .ended(reason, role: role, detail: detail), certificate: tls.shownCertificate, isAfterHandshake: false))
    }
}
