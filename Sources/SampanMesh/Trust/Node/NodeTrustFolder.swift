internal import Foundation
internal import SampanCrypto
internal import SampanRPC
package import SampanTransport

/// Where a node keeps what it shows and whom it believes. Only its owner enters it (0700). Blocks on the disk.
///
/// ```
/// identity.pem   0600   private key, leaf, issuer: one file, so that no crash parts a key from its certificate
/// trust.pem      0644   the roots that are believed now; what counts at a start is the epoch, and this file only where that is missing
/// epoch.bin      0600   the last epoch that was taken (SignedTrustEpoch)
/// ```
/// Every file appears whole: written beside its name, made durable, renamed, and the folder made durable.
package struct NodeTrustFolder: Sendable, Hashable {
    /// What a folder holds.
    package struct Contents: Sendable {
        /// The certificate and key under the roots that are believed.
        package let credentials: NodeCredentials
        /// Nil for a node that has taken none yet, and where the file is broken.
        package let epoch: SignedEpoch?
        /// Why the file of the epoch cannot be used; nil when it can, or is not there.
        package let epochProblem: String?
    }

    package let path: String

    package init(path: String) { self.path = path }

    package var identityFile: String { "\(path)/identity.pem" }
    package var trustFile: String { "\(path)/trust.pem" }
    package var epochFile: String { "\(path)/epoch.bin" }

    /// Bytes of `epoch.bin`: an epoch, its signature and twenty certificates.
    private static let epochFileLimit = 4_500_000

    /// Whether a node has enrolled here.
    package var isEnrolled: Bool { WholeFile.exists(identityFile) }

    // MARK: Reading

    /// Reads what a node starts with. Throws `notEnrolled` where there is no identity, `badIdentity` and `badTrust` for files that are
    /// broken. A broken epoch is no error: the node begins again from its roots, and says so.
    package func read(trustDomain: String? = nil) throws(NodeTrustFolderError) -> Contents {
        guard isEnrolled else {
            throw NodeTrustFolderError(.notEnrolled, "\(path) holds no identity.pem; enrol with a token of the region's admin")
        }
        let identity = try readIdentity()
        guard let uri = identity.leaf.alternativeNames?.uris.first, let own = try? PeerIdentity(uri: uri) else {
            throw NodeTrustFolderError(.badIdentity, "\(identityFile) names no node (spiffe://domain/role/institution/node)")
        }
        let (epoch, problem) = readEpoch(trustDomain: own.trustDomain)
        let roots = try readRoots(epoch)
        do throws(CredentialsError) {
            let credentials = try NodeCredentials(shown: identity, roots: roots, trustDomain: trustDomain ?? own.trustDomain)
            return Contents(credentials: credentials, epoch: epoch, epochProblem: problem)
        } catch {
            throw NodeTrustFolderError(.badIdentity, "\(identityFile): \(error)")
        }
    }

    private func readIdentity() throws(NodeTrustFolderError) -> TLSIdentity {
        do throws(CryptoError) {
            return try CredentialFile.identity(certificate: identityFile, key: identityFile)
        } catch {
            throw NodeTrustFolderError(.badIdentity, error.detail)
        }
    }

    private func readRoots(_ epoch: SignedEpoch?) throws(NodeTrustFolderError) -> [Certificate] {
        do throws(CryptoError) {
            guard let epoch else { return try CredentialFile.certificates(trustFile) }
            return try Certificate.list(epoch.epoch.roots.map(\.certificate))
        } catch {
            throw NodeTrustFolderError(.badTrust, error.detail)
        }
    }

    private func readEpoch(trustDomain: String) -> (SignedEpoch?, problem: String?) {
        guard WholeFile.exists(epochFile) else { return (nil, nil) }
        let attributes = try? FileManager.default.attributesOfItem(atPath: epochFile)
        guard attributes?[.type] as? FileAttributeType == .typeRegular, let size = attributes?[.size] as? Int,
            (1...Self.epochFileLimit).contains(size), let data = FileManager.default.contents(atPath: epochFile)
        else { return (nil, "\(epochFile) cannot be read, is empty, or is over \(Self.epochFileLimit) bytes") }
        do throws(EpochError) {
            let epoch = try SignedEpoch(serialized: Array(data))
            guard epoch.epoch.trustDomain == trustDomain else {
                return (nil, "\(epochFile) is of trust domain \(epoch.epoch.trustDomain), the node is of \(trustDomain)")
            }
            return (epoch, nil)
        } catch {
            return (nil, "\(epochFile): \(error)")
        }
    }
}
