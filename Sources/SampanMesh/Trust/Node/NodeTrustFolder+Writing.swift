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

    /// Key and request (PKCS #10, DER) of an enrolment that is under way, made where there are none: an answer that was lost is asked for
    /// again with the same bytes. Throws `badIdentity` for what cannot be read, and `notWritten`.
    package func enrollmentRequest() throws(NodeTrustFolderError) -> (key: PrivateKey, request: [UInt8]) {
        if WholeFile.exists(enrollmentKeyFile), let data = FileManager.default.contents(atPath: enrollmentRequestFile) {
            do throws(CryptoError) {
                return (try CredentialFile.privateKey(enrollmentKeyFile), try CertificateRequest(der: Array(data)).der)
            } catch {
                throw NodeTrustFolderError(.badIdentity, "\(error.detail); remove \(enrollmentKeyFile) to begin anew")
            }
        }
        let key: PrivateKey
        let request: [UInt8]
        do throws(CryptoError) {
            key = try PrivateKey.generate()
            // Only the key counts: the names come from the token.
            request = try CertificateRequest.make(
                subject: DistinguishedName(commonName: "node"), names: SubjectAlternativeNames(), key: key
            ).der
        } catch {
            throw NodeTrustFolderError(.badIdentity, error.detail)
        }
        let pem = try Self.encoding { () throws(CryptoError) in try key.pem() }
        // The key last: with it the pair is there.
        try Self.writing { () throws(TrustError) in
            try WholeFile.write(request, to: enrollmentRequestFile, mode: 0o600, overwrite: true)
            try WholeFile.write(pem, to: enrollmentKeyFile, mode: 0o600, overwrite: true)
        }
        return (key, request)
    }

    /// The key is in `identity.pem` now.
    package func forgetEnrollmentRequest() {
        for file in [enrollmentKeyFile, enrollmentRequestFile] { try? FileManager.default.removeItem(atPath: file) }
    }

    private var enrollmentKeyFile: String { "\(path)/enrollment.key" }
    private var enrollmentRequestFile: String { "\(path)/enrollment.csr" }

    private static func encoding(_ body: () throws(CryptoError) -> [UInt8]) throws(NodeTrustFolderError) -> [UInt8] {
        do throws(CryptoError) { return try body() } catch { throw NodeTrustFolderError(.notWritten, error.detail) }
    }

    private static func writing(_ body: () throws(TrustError) -> Void) throws(NodeTrustFolderError) {
        do throws(TrustError) { try body() } catch { throw NodeTrustFolderError(.notWritten, error.detail) }
    }
}
