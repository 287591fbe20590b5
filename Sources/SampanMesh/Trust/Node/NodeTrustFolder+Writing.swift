internal import Foundation
package import SampanCrypto

extension NodeTrustFolder {
    /// Makes the folder, and throws away what a crash has left half written. Throws `notWritten`.
    package func prepare() throws(NodeTrustFolderError) {
        try Self.writing { () throws(TrustError) in try WholeFile.makeDirectory(path) }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        // A temporary file may hold a key that was never shown to anybody.
        for name in names where name.hasSuffix(".tmp") { try? FileManager.default.removeItem(atPath: "\(path)/\(name)") }
    }

    /// Replaces key and certificate together. Throws `notWritten`, and then the ones before are still there.
    package func write(_ identity: TLSIdentity) throws(NodeTrustFolderError) {
        var pem = try Self.encoding { () throws(CryptoError) in try identity.key.pem() }
        for certificate in identity.chain { pem += try Self.encoding { () throws(CryptoError) in try certificate.pem() } }
        try Self.writing { () throws(TrustError) in try WholeFile.write(pem, to: identityFile, mode: 0o600, overwrite: true) }
    }

    /// Replaces the epoch: from here on it is what the node holds. Throws `notWritten`.
    package func write(_ epoch: SignedEpoch) throws(NodeTrustFolderError) {
        let bytes: [UInt8]
        do throws(EpochError) { bytes = try epoch.serialized() } catch { throw NodeTrustFolderError(.notWritten, error.description) }
        try Self.writing { () throws(TrustError) in try WholeFile.write(bytes, to: epochFile, mode: 0o600, overwrite: true) }
    }

    /// Replaces the list of roots. Throws `notWritten`.
    package func write(roots: [Certificate]) throws(NodeTrustFolderError) {
        var pem: [UInt8] = []
        for root in roots { pem += try Self.encoding { () throws(CryptoError) in try root.pem() } }
        try Self.writing { () throws(TrustError) in try WholeFile.write(pem, to: trustFile, mode: 0o644, overwrite: true) }
    }

    private static func encoding(_ body: () throws(CryptoError) -> [UInt8]) throws(NodeTrustFolderError) -> [UInt8] {
        do throws(CryptoError) { return try body() } catch { throw NodeTrustFolderError(.notWritten, error.detail) }
    }

    private static func writing(_ body: () throws(TrustError) -> Void) throws(NodeTrustFolderError) {
        do throws(TrustError) { try body() } catch { throw NodeTrustFolderError(.notWritten, error.detail) }
    }
}
