import SampanDomain
import SampanIdentity
import SampanServices

/// Opens a file with another secret.
enum PatientIndexFileProbe {
    static func open(_ path: String, secret: [UInt8]) async throws -> PatientIndex {
        try await PatientIndexFile.open(path: path, secret: secret, now: { UnixTime(nanoseconds: 0) })
    }
}
