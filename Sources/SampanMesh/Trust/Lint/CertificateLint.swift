package import SampanCrypto
internal import SampanRPC

/// Looks at what a node shows to its peers, as they would and as a careful person would. No disk and no clock of its own.
package struct CertificateLint: Sendable {
    /// The certificate of the node, then its issuers, as a file has them.
    private let chain: [Certificate]
    /// Nil where no key is to be looked at.
    private let key: Result<PrivateKey, CryptoError>?
    /// Nil where it is not known whom the peers trust.
    private let roots: [Certificate]?
    /// Seconds since 1970 at which all of it is judged.
    private let now: Int64

    /// Days that a node's certificate should live at most. 398: what public authorities allow; ours give 30.
    private static let longestLife: Int64 = 398

    package init(chain: [Certificate], key: Result<PrivateKey, CryptoError>? = nil, roots: [Certificate]? = nil, now: Int64) {
        self.chain = chain
        self.key = key
        self.roots = roots
        self.now = now
    }

    /// Everything that is found, errors first; empty for a certificate in order.
    package var findings: [CertificateFinding] {
        guard let leaf = chain.first else {
            return [error(.noName, "there is no certificate", "give the file that the authority has issued")]
        }
        let all = dates(of: leaf) + names(of: leaf) + use(of: leaf) + keyFindings(leaf) + chainFindings(leaf) + trust(leaf)
        return all.filter { $0.severity == .error } + all.filter { $0.severity == .warning }
    }

    private func dates(of leaf: Certificate) -> [CertificateFinding] {
        guard let validity = leaf.validity else {
            return [error(.unreadableDates, "its dates cannot be read", "have it issued again")]
        }
        if now > validity.notAfter {
            let days = (now - validity.notAfter) / 86_400
            return [
                error(
                    .expired, "it has expired \(days) days ago", "renew it; an expired one needs a new token, or the authority's own hand")
            ]
        }
        if now < validity.notBefore {
            return [
                error(.notYetValid, "it is valid \((validity.notBefore - now)) s from now on", "set this machine's clock right, or wait")
            ]
        }
        var findings: [CertificateFinding] = []
        if validity.isRenewalDue(at: now) {
            let days = (validity.notAfter - now) / 86_400
            findings.append(
                warning(
                    .renewalDue, "two thirds of its life are over, \(days) days are left",
                    "renew it now: nodes do so by themselves, so see why this one has not"))
        }
        let life = (validity.notAfter - validity.notBefore) / 86_400
        if life > Self.longestLife {
            findings.append(
                warning(
                    .longLife, "it lives \(life) days",
                    "issue for 30 days and let the node renew: a stolen key is of use for as long as it lives"))
        }
        return findings
    }

    private func names(of leaf: Certificate) -> [CertificateFinding] {
        let uris = leaf.alternativeNames?.uris ?? []
        guard let uri = uris.first else {
            return [error(.noName, "it names no node", "have it issued with a name spiffe://domain/role/institution/node")]
        }
        guard uris.count == 1 else {
            return [error(.severalNames, "it has \(uris.count) URI names", "have it issued with one: nobody could tell whom it names")]
        }
        guard (try? PeerIdentity(uri: uri)) == nil else { return [] }
        return [error(.strangeName, "\(uri) is no node's name", "have it issued as spiffe://domain/role/institution/node")]
    }

    private func use(of leaf: Certificate) -> [CertificateFinding] {
        if leaf.isAuthority {
            return [error(.authorityAsNode, "it is an authority's, not a node's", "put the node's own certificate first in the file")]
        }
        var findings: [CertificateFinding] = []
        for (purpose, name, use) in [(CertificatePurposes.server, "serverAuth", "accept"), (.client, "clientAuth", "open")]
        where !leaf.purposes.contains(purpose) {
            findings.append(
                error(.missingPurpose, "it lacks \(name): no connection that it is to \(use) comes about", "have it issued with both"))
        }
        if leaf.keyKind != .p256 {
            let kind = leaf.keyKind.map { "\($0)" } ?? "a key that cannot be read"
            findings.append(error(.strangeKey, "it is for \(kind)", "make a P-256 key: it is the only kind that nodes take"))
        }
        return findings
    }

    private func keyFindings(_ leaf: Certificate) -> [CertificateFinding] {
        switch key {
        case nil: []
        case .failure(let problem): [error(.keyUnusable, problem.detail, "a node reads it as its owner alone (chmod 600), in PEM form")]
        case .success(let key):
            leaf.matches(key)
                ? [] : [error(.keyMismatch, "the key is another certificate's", "put the key in place that was made with the request")]
        }
    }

    private func chainFindings(_ leaf: Certificate) -> [CertificateFinding] {
        var findings: [CertificateFinding] = []
        let issuers = chain.dropFirst()
        if issuers.isEmpty, !knowsIssuer(of: leaf) {
            findings.append(
                warning(
                    .missingIssuer, "the file has no issuing certificate",
                    "add it after the node's: a peer that does not have it refuses the node"))
        }
        if issuers.contains(where: { isRoot($0) }) {
            findings.append(warning(.rootInChain, "the file shows a root", "leave it out: peers have it, or do not trust it"))
        }
        let signers = Set(chain.map(\.issuerKeyID))
        let strangers = issuers.filter { !isRoot($0) && !signers.contains($0.subjectKeyID) }.count
        if strangers > 0 {
            findings.append(
                warning(.strangersInChain, "\(strangers) certificates of the file have signed none of the others", "leave them out"))
        }
        return findings
    }

    /// What the peers will say who trust `roots`.
    private func trust(_ leaf: Certificate) -> [CertificateFinding] {
        guard let roots else { return [] }
        do {
            let verifier = try ChainVerifier(roots: roots)
            for purpose in [ChainPurpose.server, .client] {
                do throws(ChainError) {
                    _ = try verifier.verify(leaf, intermediates: Array(chain.dropFirst()), at: now, for: purpose)
                } catch {
                    // Dates and purposes of the leaf were looked at by name.
                    if error.index == 0, [.expired, .notYetValid, .wrongPurpose].contains(error.reason) { continue }
                    return [
                        self.error(
                            .untrusted, "\(error)", "see that the trust file is the one that peers have, and that the chain is whole")
                    ]
                }
            }
            return []
        } catch {
            return [self.error(.untrusted, "a root cannot be used: \(error.detail)", "give the trust file that nodes have")]
        }
    }

    private func isRoot(_ certificate: Certificate) -> Bool {
        certificate.subjectKeyID == certificate.issuerKeyID && certificate.isAuthority
    }

    private func knowsIssuer(of leaf: Certificate) -> Bool { roots?.contains { $0.subjectKeyID == leaf.issuerKeyID } ?? false }

    private func error(_ code: CertificateFinding.Code, _ cause: String, _ fix: String) -> CertificateFinding {
        CertificateFinding(code: code, severity: .error, cause: cause, fix: fix)
    }

    private func warning(_ code: CertificateFinding.Code, _ cause: String, _ fix: String) -> CertificateFinding {
        CertificateFinding(code: code, severity: .warning, cause: cause, fix: fix)
    }
}

extension CertificateValidity {
    /// Whether two thirds of the life are over: the time to renew.
    package func isRenewalDue(at now: Int64) -> Bool { now >= renewal }

    /// When two thirds of the life are over, in seconds since 1970.
    package var renewal: Int64 { notBefore + (notAfter - notBefore) / 3 * 2 }
}
