/// Why a node does not take an epoch. What was in force stays in force.
package struct EpochRefusal: Sendable, Hashable {
    package enum Reason: Sendable, Hashable {
        /// Not an epoch, or past a limit.
        case malformed(EpochError)
        case untrustedSigner(EpochSignerError)
        /// Of this trust domain, not of the node's.
        case wrongDomain(String)
        /// Lower than what the node holds.
        case goesBack(held: UInt64)
        /// Another epoch of a number that the node knows, or one that does not follow from what it holds. Loud: somebody signs two
        /// histories.
        case fork(held: UInt64)
        /// What lies between is missing.
        case gap(held: UInt64)
        case trialFailed(EpochTrialFailure)
        /// What the disk said.
        case notWritten(String)
    }

    /// Of the refused epoch; 0 where it could not be read.
    package let number: UInt64
    package let reason: Reason

    package init(number: UInt64, _ reason: Reason) {
        self.number = number
        self.reason = reason
    }
}

/// What failed when a node tried an epoch on itself.
package enum EpochTrialFailure: Error, Sendable, Hashable {
    /// The node's own certificate is not good under it: it would speak with nobody. A renewal helps.
    case locksItselfOut
    /// No TLS context could be made of it.
    case context(String)
    /// The node's handshake with itself, in memory, failed; what the label says.
    case handshake(String)
    /// The policy cannot be read.
    case policy(String)
}
