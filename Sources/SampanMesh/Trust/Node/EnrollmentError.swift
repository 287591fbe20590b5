/// Why a node could not enrol; for the person at the terminal. Holds nothing of the token.
package struct EnrollmentError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Reason: Sendable, Hashable {
        /// The text that was handed over is no ticket.
        case badTicket
        /// The folder has an identity already, and was not to be replaced.
        case alreadyEnrolled
        /// The authority could not be reached, or is another than the root says.
        case unreachable
        /// The authority did not take the token or the request.
        case refused
        /// What it answered does not fit: the certificate, its chain, or the epoch.
        case badAnswer
        /// The disk refused.
        case notWritten
        /// OpenSSL failed where nobody was wrong.
        case library
    }

    package let reason: Reason
    package let description: String

    package init(_ reason: Reason, _ description: String) {
        self.reason = reason
        self.description = description
    }
}
