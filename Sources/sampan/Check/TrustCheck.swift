import Foundation
import SampanCrypto
import SampanMesh
import SampanRPC

/// Looks at the files by which a node is known, without the network.
struct TrustCheck {
    let node: CheckedNode
    /// Seconds since 1970.
    let now: Int64

    /// 2025-01-01: no certificate of this program is older, so an earlier clock is one that was never set.
    private static let earliest: Int64 = 1_735_689_600
    /// 2100-01-01: a clock behind it has been set wrong.
    private static let latest: Int64 = 4_102_444_800

    var findings: [CheckFinding] { files + certificate + [clock] }

    private var files: [CheckFinding] {
        var findings: [CheckFinding] = []
        if let folder = node.folder {
            findings.append(
                FileMode.isPrivate(folder)
                    ? CheckFinding(.files, .folderMode, .ok, "only its owner enters \(folder)")
                    : CheckFinding(.files, .folderMode, .warning, "others may enter \(folder)", "run: chmod 700 \(folder)"))
        }
        do throws(CryptoError) {
            _ = try CredentialFile.privateKey(node.files.key)
            findings.append(CheckFinding(.files, .keyMode, .ok, "only its owner reads the key in \(node.files.key)"))
        } catch {
            let isMode = error.reason == .keyFilePermissions
            findings.append(
                CheckFinding(
                    .files, isMode ? .keyMode : .keyUnusable, .error, error.detail,
                    isMode ? "then have the certificate issued anew: the key may be known" : "put the node's key there, in PEM form"))
        }
        findings.append(Self.read(node.files.certificate, .certificateFile, "put the certificate there that the authority has issued").1)
        findings.append(Self.read(node.files.trust, .trustFile, "copy the region's roots there").1)
        return findings
    }

    private var certificate: [CheckFinding] {
        let chain = Self.read(node.files.certificate, .certificateFile, "").0
        guard let leaf = chain.first else { return [] }
        let roots = Self.read(node.files.trust, .trustFile, "").0
        let key = Result { () throws(CryptoError) in try CredentialFile.privateKey(node.files.key) }
        let lint = CertificateLint(chain: chain, key: key, roots: roots.isEmpty ? nil : roots, now: now).findings
        // An unusable key was told of with the files.
        var findings = lint.filter { $0.code != .keyUnusable }.map {
            CheckFinding(.certificate, CheckCode($0.code), $0.severity == .error ? .error : .warning, $0.cause, $0.fix)
        }
        let identity = (leaf.alternativeNames?.uris.first).flatMap { try? PeerIdentity(uri: $0) }
        if let expected = node.trustDomain, let identity, identity.trustDomain != expected {
            findings.append(
                CheckFinding(
                    .certificate, .trustDomain, .error, "it is of trust domain \(identity.trustDomain), the configuration says \(expected)",
                    "correct trust-domain, or put this node's certificate there"))
        }
        guard findings.isEmpty else { return findings }
        let days = leaf.validity.map { ($0.notAfter - now) / 86_400 } ?? 0
        return [CheckFinding(.certificate, .certificate, .ok, "\(identity?.uri ?? leaf.subject.commonName) is in order, \(days) days left")]
    }

    private var clock: CheckFinding {
        guard now >= Self.earliest else {
            return CheckFinding(.clock, .clock, .error, "this machine's clock stands before 2025", "set it: no certificate is valid by it")
        }
        guard now < Self.latest else {
            return CheckFinding(
                .clock, .clock, .error, "this machine's clock stands after 2099", "set it: every certificate has ended by it")
        }
        return CheckFinding(.clock, .clock, .ok, "it is \(Date(timeIntervalSince1970: Double(now)).formatted(.iso8601))")
    }

    private static func read(_ path: String, _ code: CheckCode, _ fix: String) -> ([Certificate], CheckFinding) {
        do throws(CryptoError) {
            let read = try CredentialFile.certificates(path)
            return (
                read, CheckFinding(.files, code, .ok, "\(path) holds \(read.count == 1 ? "1 certificate" : "\(read.count) certificates")")
            )
        } catch {
            return ([], CheckFinding(.files, code, .error, error.detail, fix))
        }
    }
}
