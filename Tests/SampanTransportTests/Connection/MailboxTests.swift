import SampanCompression
import SampanRPC
@testable import SampanTransport
import Testing

@Suite("Mailbox of a call")
struct MailboxTests {
    // Sendable: touched by one test's task at a time.
    private final class Box: @unchecked Sendable {
        var mailbox = Mailbox(maximumPayload: 1_024)
    }

    @Test("messages in order, then the end, again and again")
    func order() throws {
        var mailbox = Mailbox(maximumPayload: 1_024)
        #expect(mailbox.poll() == nil)
        mailbox.push([1])
        mailbox.push([])
        mailbox.push([2, 3])
        #expect(mailbox.heldBytes == 3 + 3 * FramedMessage.prefixLength)
        mailbox.finish(.success(()))
        mailbox.finish(.failure(RPCError(code: .internal, message: "too late")))
        #expect(try mailbox.poll()?.get() == [1])
        #expect(try mailbox.poll()?.get() == [])
        #expect(try mailbox.poll()?.get() == [2, 3])
        #expect(mailbox.heldBytes == 0)
        for _ in 0..<2 {
            guard case .success(.none)? = mailbox.poll() else {
                Issue.record("no end")
                return
            }
        }
    }

    @Test("an error comes after the messages that came before it")
    func error() throws {
        var mailbox = Mailbox(maximumPayload: 1_024)
        mailbox.push([1])
        mailbox.finish(.failure(RPCError(code: .aborted, message: "m")))
        #expect(try mailbox.poll()?.get() == [1])
        let error = #expect(throws: RPCError.self) { try mailbox.poll()?.get() }
        #expect(error?.code == .aborted)
    }

    @Test("a compressed message waits as it came, and one that is too much ends the call for good")
    func compressed() throws {
        var mailbox = Mailbox(maximumPayload: 1_000)
        let fits = try Gzip.compress([UInt8](repeating: 1, count: 1_000))
        let bomb = try Gzip.compress([UInt8](repeating: 1, count: 1_001))
        for message in [fits, bomb, fits] { mailbox.push(message, isCompressed: true) }
        #expect(mailbox.heldBytes == 2 * fits.count + bomb.count + 3 * FramedMessage.prefixLength)
        #expect(try mailbox.poll()?.get()?.count == 1_000)
        for _ in 0..<2 {
            let error = #expect(throws: RPCError.self) { try mailbox.poll()?.get() }
            #expect(error?.code == .resourceExhausted)
        }
        #expect(mailbox.inflateFailure != nil)
        #expect(mailbox.heldBytes == 0)
    }

    @Test("a reader that waits gets the next message, and holds nothing")
    func waiting() async throws {
        let box = Box()
        let result = unsafe await withUnsafeContinuation { continuation in
            unsafe box.mailbox.wait(continuation)
            box.mailbox.push([7])
        }
        #expect(try result.get() == [7])
        #expect(box.mailbox.heldBytes == 0)
    }

    @Test("a second reader is told off and the first waits on")
    func twoReaders() async throws {
        let box = Box()
        let first = unsafe await withUnsafeContinuation { (first: UnsafeContinuation<Result<[UInt8]?, RPCError>, Never>) in
            unsafe box.mailbox.wait(first)
            Task {
                let second = unsafe await withUnsafeContinuation { unsafe box.mailbox.wait($0) }
                if case .failure(let error) = second { #expect(error.code == .internal) } else { Issue.record("two readers") }
                box.mailbox.push([1])
            }
        }
        #expect(try first.get() == [1])
    }

    @Test("cancelled before or during the wait: CANCELLED", arguments: [true, false])
    func cancelled(before: Bool) async {
        let box = Box()
        let ticket = ReadTicket()
        if before {
            ticket.cancel()
            box.mailbox.cancelReader(ticket)
        }
        let result = unsafe await withUnsafeContinuation { continuation in
            unsafe box.mailbox.wait(continuation, ticket: ticket)
            if !before {
                ticket.cancel()
                box.mailbox.cancelReader(ticket)
            }
        }
        let error = #expect(throws: RPCError.self) { try result.get() }
        #expect(error?.code == .cancelled)
    }

    @Test("a cancellation that comes after its read does not end the next one")
    func late() async throws {
        let box = Box()
        let result = unsafe await withUnsafeContinuation { continuation in
            unsafe box.mailbox.wait(continuation, ticket: ReadTicket())
            box.mailbox.cancelReader(ReadTicket())
            box.mailbox.push([5])
        }
        #expect(try result.get() == [5])
    }
}
