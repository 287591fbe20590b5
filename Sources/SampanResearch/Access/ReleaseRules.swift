internal import SampanDomain

/// What of a dataset may be given, and how. Made by `ReleaseRules` only.
package struct Release: Sendable, Hashable {
    package let dataset: Dataset
    package let version: Int64
    /// What it counts as: conditional or open.
    package let level: OpenLevel
    /// Nil for a dataset that is not closed.
    package let path: DatasetOpening.Path?
    /// Persons that must be alike at least.
    package let smallestClass: Int

    /// Of those alone who have consented.
    package var isOfConsenting: Bool { path == .consent }
}

/// Decides what is open to whom (RE-22 to RE-26). No I/O; default deny.
enum ReleaseRules {
    /// What is known when it is decided.
    struct Knowledge: Sendable {
        /// Nil where the catalogue does not list it.
        var dataset: ListedDataset?
        /// Those of the dataset that are in force.
        var openings: [DatasetOpening] = []
        /// The one that the request names; nil where there is none.
        var agreement: DataUseAgreement?
        var isAgreementEnded = false
        /// Nil for a project that is to begin.
        var project: ProjectRow?
        /// What was published of the dataset; nil where nothing was.
        var publication: ProjectRow?
    }

    static func decide(_ request: ExportRequest, _ known: Knowledge, at now: UnixTime) -> Result<Release, ResearchRefusal> {
        guard let listed = known.dataset, listed.dataset.code == request.dataset else { return .failure(.unlisted) }
        let dataset = listed.dataset
        guard request.kinds.isSubset(of: dataset.kinds) else { return .failure(.outsideDataset) }
        let outcome: Result<Release, ResearchRefusal> =
            switch dataset.level {
            case .open: .success(release(listed, as: .open, nil))
            case .conditional: conditional(request, known, at: now).map { release(listed, as: .conditional, nil) }
            case .closed: closed(request, listed, known, at: now)
            }
        return outcome.flatMap { release in
            let holder = release.level == .open ? known.publication : known.project
            return holder.map { $0.sealed == nil } ?? false ? .failure(.projectEnded) : .success(release)
        }
    }

    /// The first opening that lets it out; else why the last one does not.
    private static func closed(
        _ request: ExportRequest, _ listed: ListedDataset, _ known: Knowledge, at now: UnixTime
    ) -> Result<Release, ResearchRefusal> {
        var refusal = ResearchRefusal.closed
        for opening in known.openings where opening.dataset == request.dataset && opening.from <= now && now < opening.until {
            if opening.level == .open { return .success(release(listed, as: .open, opening.path)) }
            switch conditional(request, known, at: now) {
            case .success: return .success(release(listed, as: .conditional, opening.path))
            case .failure(let reason): refusal = reason
            }
        }
        return .failure(refusal)
    }

    private static func conditional(_ request: ExportRequest, _ known: Knowledge, at now: UnixTime) -> Result<Void, ResearchRefusal> {
        guard let agreement = known.agreement, agreement.name == request.agreement else { return .failure(.agreementNeeded) }
        guard agreement.project == request.project else { return .failure(.otherAgreement) }
        guard !known.isAgreementEnded, agreement.from <= now, now < agreement.until else { return .failure(.agreementNotInForce) }
        return agreement.covers(request) ? .success(()) : .failure(.outsideAgreement)
    }

    private static func release(_ listed: ListedDataset, as level: OpenLevel, _ path: DatasetOpening.Path?) -> Release {
        Release(
            dataset: listed.dataset, version: listed.version, level: level, path: path,
            smallestClass: max(listed.dataset.smallestClass, level.leastClass))
    }
}
