internal import SampanRPC

/// Messages of one call between the wire and its one reader. Loop-confined.
///
/// open → ended(nil) or ended(error). Messages that arrived before the end are read first.
@safe struct Mailbox {
    private var messages: [[UInt8]] = []
    private var firstIndex = 0
    private var end: Result<Void, RPCError>?
    private var reader: UnsafeContinuation<Result<[UInt8]?, RPCError>, Never>?
    private var ticket: ReadTicket?
    /// Framed bytes of the messages that wait here.
    private(set) var heldBytes = 0

    /// Hands a message over; true when its reader was waiting for it.
    mutating func push(_ message: [UInt8]) {
        if let reader = unsafe reader {
            unsafe self.reader = nil
            unsafe reader.resume(returning: .success(message))
            return
        }
        messages.append(message)
        heldBytes += message.count + FramedMessage.prefixLength
    }

    mutating func finish(_ result: Result<Void, RPCError>) {
        guard end == nil else { return }
        end = result
        if let reader = unsafe reader {
            unsafe self.reader = nil
            unsafe reader.resume(returning: result.map { nil })
        }
    }

    /// What a reader gets without waiting; nil when it must wait.
    mutating func poll() -> Result<[UInt8]?, RPCError>? {
        if firstIndex < messages.count {
            let message = messages[firstIndex]
            messages[firstIndex] = []
            firstIndex += 1
            if firstIndex == messages.count {
                messages.removeAll(keepingCapacity: true)
                firstIndex = 0
            }
            heldBytes -= message.count + FramedMessage.prefixLength
            return .success(message)
        }
        return end.map { $0.map { nil } }
    }

    /// Leaves a reader behind; there must be nothing to read and no other reader. `ticket` names this wait for `cancelReader`.
    mutating func wait(_ continuation: UnsafeContinuation<Result<[UInt8]?, RPCError>, Never>, ticket: ReadTicket? = nil) {
        guard unsafe reader == nil else {
            unsafe continuation.resume(
                returning: .failure(RPCError(code: .internal, message: "two tasks read the messages of one call")))
            return
        }
        unsafe reader = unsafe continuation
        self.ticket = ticket
        if let ticket, ticket.isCancelled { cancelReader(ticket) }
    }

    /// A reading task was cancelled: it stops waiting. A reader that came after it waits on.
    mutating func cancelReader(_ ticket: ReadTicket) {
        guard self.ticket === ticket, let reader = unsafe reader else { return }
        unsafe self.reader = nil
        unsafe reader.resume(returning: .failure(RPCError(code: .cancelled, message: "the reading task was cancelled")))
    }
}
