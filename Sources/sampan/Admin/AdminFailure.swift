import SampanAPI
import SampanRPC

/// Why a command did not do what it was told, in one line for the person at the terminal.
struct AdminFailure: Error, Sendable, Hashable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = CertificateDescription.printable(description) }

    /// Of a call to `place`.
    init(_ place: String, _ error: RPCError) {
        let reason = error.errorInfo.map { " (\($0.reason))" } ?? ""
        self.init("\(place): \(error.code): \(error.message)\(reason)")
    }
}
