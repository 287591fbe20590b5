internal import SampanHTTP2
internal import SampanRPC

/// The messages of a call, as its handler takes and gives them.
extension ServerCall: MessageSource, MessageSink {
    // MARK: MessageSource, for the handler

    func nextNow() throws(RPCError) -> MessageAtHand {
        guard loop.isOnLoop, let result = poll() else { return .none }
        return try result.get().map { .message($0) } ?? .end
    }

    func next() async throws(RPCError) -> [UInt8]? {
        let ticket = ReadTicket()
        let result = await withTaskCancellationHandler {
            unsafe await withUnsafeContinuation { continuation in
                loop.perform {
                    if let result = self.poll() {
                        unsafe continuation.resume(returning: result)
                    } else {
                        unsafe self.mailbox?.wait(continuation, ticket: ticket)
                    }
                }
            }
        } onCancel: {
            ticket.cancel()
            loop.submit { unsafe self.mailbox?.cancelReader(ticket) }
        }
        return try result.get()
    }

    private func poll() -> Result<[UInt8]?, RPCError>? {
        guard let result = unsafe mailbox?.poll() else { return nil }
        giveBackWindow()
        noteCompression()
        return result
    }

    /// Tells the handler's context of the message that was taken last; nothing to tell in a call without an encoding.
    func noteCompression() {
        if unsafe deframer.takesCompressed { context?.lastRequestWasCompressed = unsafe mailbox?.lastWasCompressed == true }
    }

    // MARK: MessageSink, for the handler

    func sendNow(_ message: FramedMessage) throws(RPCError) -> Bool {
        guard loop.isOnLoop, !hasEnded, outboundBytes < server.configuration.responseBufferBytes else { return false }
        write(message)
        guard !hasEnded else { throw RPCError(code: .cancelled, message: "the call has ended") }
        return true
    }

    func send(_ message: FramedMessage) async throws(RPCError) {
        let isOpen = unsafe await withUnsafeContinuation { continuation in
            loop.perform { unsafe self.enqueue(message, continuation) }
        }
        guard isOpen else { throw RPCError(code: .cancelled, message: "the call has ended") }
    }

    private func enqueue(_ message: FramedMessage, _ continuation: UnsafeContinuation<Bool, Never>) {
        guard !hasEnded else {
            unsafe continuation.resume(returning: false)
            return
        }
        write(message)
        if hasEnded {
            unsafe continuation.resume(returning: false)
        } else if outboundBytes < server.configuration.responseBufferBytes || (unsafe drainWaiter != nil) {
            unsafe continuation.resume(returning: true)
        } else {
            unsafe drainWaiter = unsafe continuation
        }
    }

    func write(_ message: FramedMessage) {
        if let web { return write(message, web) }
        sendHead()
        unsafe series?._withUnsafeGuaranteedRef { unsafe $0.responseBytes &+= UInt64(truncatingIfNeeded: message.bytes.count) }
        guard compresses, let context, context.compressesResponses else {
            session.send(message.bytes, on: self)
            connection.markDirty()
            return
        }
        do throws(RPCError) {
            session.send(try MessageCompression.compress(message).bytes, on: self)
            connection.markDirty()
        } catch {
            end(error)
        }
    }

    func resumeDrainWaiter(_ isOpen: Bool) {
        guard let waiter = unsafe drainWaiter else { return }
        unsafe drainWaiter = nil
        unsafe waiter.resume(returning: isOpen)
    }
}
