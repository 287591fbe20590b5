internal import SampanAPI
package import SampanRPC
internal import SampanTransport
internal import Synchronization

/// For programs that last as long as a command, in place of `run` or beside it.
extension NodeTrust {
    /// Takes every epoch that was missed, one after the other, so that the folder holds the roots of today. With `renewing` it takes
    /// another certificate first: the one thing that a node may do whose issuer was retired.
    ///
    /// Throws what the platform answered, what is wrong with the certificate or the disk, or `EpochNotTaken`; what was in force before
    /// then still is.
    package func catchUp(renewing: Bool) async throws {
        await handle(.started, arrived: time.uptime())
        if renewing { try await renewNow() }
        if let error = await pull() { throw error }
        if let refusal = state.withLock({ $0.refusal }) { throw EpochNotTaken(description: "epoch \(refusal.number): \(refusal.detail)") }
    }

    /// Ends the connection to the platform, where `run` does not.
    package func close() async { await channel.shutdown(grace: .zero) }

    /// Whether an error says that the node's issuer was retired, so that it may renew and do nothing else.
    package static func isRetirement(_ error: RPCError) -> Bool {
        guard let info = error.errorInfo else { return false }
        return info.reason == NodeAdmission.retiredReason && [.unauthenticated, .permissionDenied].contains(error.code)
    }
}

/// Why a node did not catch up with the region; for people.
package struct EpochNotTaken: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String
}
