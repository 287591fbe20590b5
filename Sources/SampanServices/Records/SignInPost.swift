package import SampanRecords
internal import Synchronization

/// Sends sign-in codes beside the calls that asked for them: an answer's time does not tell whether there was a code to send.
///
/// A place is taken before it is known whether there is a person, so that a full post refuses everybody alike.
package final class SignInPost: Sendable {
    /// Codes on their way at once.
    package static let most = 256

    private let sender: any NoticeSender
    private let taken = Mutex(0)

    package init(_ sender: any NoticeSender) { self.sender = sender }

    /// False when it is full.
    func takePlace() -> Bool {
        taken.withLock { taken in
            guard taken < Self.most else { return false }
            taken += 1
            return true
        }
    }

    func giveBack() { taken.withLock { $0 -= 1 } }

    /// Sends on a place that was taken, and gives it back. Returns at once.
    /// - Parameter failed: called when it could not be sent.
    func send(_ notice: Notice, failed: @escaping @Sendable () async -> Void) {
        Task { [self] in
            do { try await sender.send(notice) } catch { await failed() }
            giveBack()
        }
    }
}
