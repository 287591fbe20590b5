import ArgumentParser
import FoundationEssentials
import SampanCrypto
import SampanDomain
import SampanMesh
import SampanRPC
import SampanTransport

/// Who one is towards the nodes: a node's trust folder, or three files.
struct IdentityOptions: ParsableArguments {
    @Option(help: "Trust folder: identity.pem (key and certificates, 0600) and trust.pem. Else the folder in SAMPAN_IDENTITY.")
    var identity: String?
    @Option(help: "Your own certificate and its issuers (PEM), with --key and --trust in place of a folder.")
    var certificate: String?
    @Option(help: "The key of --certificate, 0600.")
    var key: String?
    @Option(help: "The roots of the trust domain (PEM).")
    var trust: String?

    /// Where the three parts lie.
    struct Files: Sendable, Hashable {
        let certificate: String
        let key: String
        let trust: String

        init(certificate: String, key: String, trust: String) { (self.certificate, self.key, self.trust) = (certificate, key, trust) }

        /// Of a node's trust folder.
        init(folder: String) {
            self.init(certificate: "\(folder)/identity.pem", key: "\(folder)/identity.pem", trust: "\(folder)/trust.pem")
        }
    }

    func validate() throws {
        if let certificate, certificate.contains(":"), Hexadecimal.bytes(certificate) != nil {
            throw ValidationError("--certificate is your own file; whom to refuse is named by --serial ISSUERKEYID:SERIAL.")
        }
        let given = [certificate, key, trust].compactMap { $0 }.count
        guard given == 0 || given == 3 else { throw ValidationError("--certificate, --key and --trust belong together.") }
        guard given == 0 || identity == nil else {
            throw ValidationError("Give --identity, or --certificate, --key and --trust; not both.")
        }
    }

    /// Nil where neither options nor environment say whose.
    var files: Files? {
        if let certificate, let key, let trust { return Files(certificate: certificate, key: key, trust: trust) }
        return folder.map(Files.init(folder:))
    }

    /// The trust folder; nil where the three files are named, or nothing is.
    var folder: String? {
        guard certificate == nil else { return nil }
        return identity ?? ProcessInfo.processInfo.environment["SAMPAN_IDENTITY"].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Reads the files; the trust domain is that of the certificate. Of a folder, the roots are those of the epoch in it where there is
    /// one. Throws what is wrong with them, in one line.
    func credentials() throws -> NodeCredentials {
        guard let files else {
            throw ValidationError("Say who you are: --identity FOLDER (or SAMPAN_IDENTITY), or --certificate, --key and --trust.")
        }
        if let folder {
            do throws(NodeTrustFolderError) { return try NodeTrustFolder(path: folder).read().credentials } catch {
                guard error.reason == .notEnrolled else { throw AdminFailure(error.description) }
                throw AdminFailure("\(folder)/identity.pem is not there; enrol with a ticket of the region's admin")
            }
        }
        return try Self.credentials(files)
    }

    static func credentials(_ files: Files) throws -> NodeCredentials {
        do {
            let uri = try CredentialFile.certificates(files.certificate).first?.alternativeNames?.uris.first ?? ""
            guard let named = try? PeerIdentity(uri: uri) else {
                throw AdminFailure("\(files.certificate) names no node (spiffe://domain/role/institution/node)")
            }
            return try NodeCredentials(
                certificateFile: files.certificate, keyFile: files.key, trustFile: files.trust, trustDomain: named.trustDomain)
        } catch let error as CryptoError {
            throw AdminFailure(error.detail)
        }
    }
}
