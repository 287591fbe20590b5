package import SampanDomain

/// Mutual recognition of results (互认, RE-06 to RE-08): consent, quality and standard are three gates, and each refuses alone. No I/O.
package struct RecognitionRules: Sendable {
    /// Why a result is not recognised. The raw value is the stable reason.
    package enum Refusal: String, Sendable, Hashable, CaseIterable {
        /// Gate 1: the reader may not see it.
        case noConsent = "RECOGNITION_NO_CONSENT"
        /// Gate 2: it names no certificate, or one that nobody knows.
        case noCertificate = "RECOGNITION_NO_CERTIFICATE"
        /// Gate 2: the certificate is another institution's, or of other kinds.
        case otherCertificate = "RECOGNITION_OTHER_CERTIFICATE"
        /// Gate 2: it was not valid when the result was made.
        case certificateNotValid = "RECOGNITION_CERTIFICATE_NOT_VALID"
        /// Gate 2: it does not reach as far as where the reader is.
        case outOfRegion = "RECOGNITION_OUT_OF_REGION"
        /// Gate 3: it was not found to follow a standard that the region takes.
        case noStandard = "RECOGNITION_NO_STANDARD"
        /// It is older than results of its kind are taken.
        case tooOld = "RECOGNITION_TOO_OLD"
    }

    package enum Outcome: Sendable, Hashable {
        case recognised(level: QualityCertificate.Level, until: UnixTime)
        /// All that speaks against it, in the order of the gates; not empty.
        case refused([Refusal])
    }

    /// Standards that the region takes.
    package let standards: Set<String>
    /// Nanoseconds after which a result of a kind is not taken any more; kinds that are not here are never recognised.
    package let windows: [DocumentKind: Int64]

    package init(standards: Set<String>, windows: [DocumentKind: Int64]) {
        self.standards = standards
        self.windows = windows
    }

    /// - Parameters:
    ///   - entry: nil when the gate did not give it.
    ///   - certificate: the one of the number that the entry names; nil when nobody knows it.
    ///   - reader: where the reader's institution is.
    package func judge(_ entry: DocumentEntry?, _ certificate: QualityCertificate?, reader: RegionCode, at now: UnixTime) -> Outcome {
        guard let entry else { return .refused([.noConsent]) }
        var refusals: [Refusal] = []
        if let certificate, entry.details.qualityCertificate == certificate.number {
            if certificate.institution != entry.owner || !certificate.kinds.contains(entry.kind) { refusals.append(.otherCertificate) }
            if entry.occurredAt < certificate.from || entry.occurredAt >= certificate.until { refusals.append(.certificateNotValid) }
            if !certificate.reaches(reader) { refusals.append(.outOfRegion) }
        } else {
            refusals.append(.noCertificate)
        }
        if entry.details.standard.map(standards.contains) != true { refusals.append(.noStandard) }
        let until = entry.occurredAt.advanced(byNanoseconds: windows[entry.kind] ?? 0)
        if now >= until { refusals.append(.tooOld) }
        guard refusals.isEmpty, let certificate else { return .refused(refusals) }
        return .recognised(level: certificate.level, until: until)
    }

    /// Recognised results that an order would repeat: the same examination, within its window.
    package func repeats(
        of itemCode: String, among entries: [DocumentEntry], certificates: [String: QualityCertificate], reader: RegionCode,
        at now: UnixTime
    ) -> [DocumentEntry] {
        entries.filter { entry in
            guard entry.details.itemCode == itemCode else { return false }
            let certificate = entry.details.qualityCertificate.flatMap { certificates[$0] }
            if case .recognised = judge(entry, certificate, reader: reader, at: now) { return true }
            return false
        }
    }
}
