internal import SampanRPC

/// Messages of one call between the wire and its one reader. Loop-confined.
///
/// open → ended(nil) or ended(error). Messages that arrived before the end are read first.
@safe struct Mailbox {
    /// Largest payload that a compressed message may inflate to, in bytes.
    let maximumPayload: Int
    /// Why a compressed message could not be inflated: the call is over then, and its owner has to end it on the wire.
    var inflateFailure: RPCError? {
        guard hasInflateFailure, case .failure(let error) = end else { return nil }
        return error
    }
    private var hasInflateFailure = false
    /// Whether the message that its reader got last was compressed.
    private(set) var lastWasCompressed = false
    /// Compressed messages wait as they came, so that what waits is never more than what the peer has sent.
    private var messages: [(bytes: [UInt8], isCompressed: Bool)] = []
    private var firstIndex = 0
    private var end: Result<Void, RPCError>?
    private var reader: UnsafeContinuation<Result<[UInt8]?, RPCError>, Never>?
    private var ticket: ReadTicket?
    /// Framed bytes of the messages that wait here.
    private(set) var heldBytes = 0

    init(maximumPayload: Int) { self.maximumPayload = maximumPayload }

    /// Hands a message over; at once when its reader is waiting for it.
    mutating func push(_ message: [UInt8], isCompressed: Bool = false) {
        if let reader = unsafe reader {
            unsafe self.reader = nil
            lastWasCompressed = isCompressed
            unsafe reader.resume(returning: isCompressed ? inflated(message) : .success(message))
            return
        }
        guard !hasInflateFailure else { return }
        messages.append((message, isCompressed))
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

    /// Drops what nobody has taken yet.
    mutating func discard() {
        messages = []
        firstIndex = 0
        heldBytes = 0
    }

    /// What a reader gets without waiting; nil when it must wait.
    mutating func poll() -> Result<[UInt8]?, RPCError>? {
        if firstIndex < messages.count {
            let message = messages[firstIndex]
            messages[firstIndex].bytes = []
            firstIndex += 1
            if firstIndex == messages.count {
                messages.removeAll(keepingCapacity: true)
                firstIndex = 0
            }
            heldBytes -= message.bytes.count + FramedMessage.prefixLength
            lastWasCompressed = message.isCompressed
            return message.isCompressed ? inflated(message.bytes) : .success(message.bytes)
        }
        return end.map { $0.map { nil } }
    }

    /// The payload of a compressed message. A failure is the end of the call: nothing that waits behind it is read.
    private mutating func inflated(_ message: [UInt8]) -> Result<[UInt8]?, RPCError> {
        do throws(RPCError) {
            return .success(try MessageCompression.inflate(message, limit: maximumPayload))
        } catch {
            discard()
            hasInflateFailure = true
            end = .failure(error)
            return .failure(error)
        }
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
