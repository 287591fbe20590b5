internal import SampanCrypto
internal import SampanDomain
internal import SampanTransport
internal import Synchronization

/// What an admin should know.
extension NodeTrust {
    /// Looks every so often for warnings that are new: time alone brings some.
    func watchWarnings() async {
        while !Task.isCancelled {
            await cutRetired()
            tellWarnings()
            guard (try? await time.clock.sleep(for: settings.reportInterval)) != nil else { return }
        }
    }

    /// Reports warnings that do not hold since before.
    func tellWarnings() {
        let current = warnings()
        let news = state.withLock { state in
            defer { state.told = Set(current.map(\.kind)) }
            return current.filter { !state.told.contains($0.kind) }
        }
        for warning in news { report(.warning(warning)) }
    }

    /// All that hold now.
    func warnings() -> [NodeTrustWarning] {
        let window = UnixWindow(credentials.credentials.leaf)
        let now = time.wall()
        return state.withLock { state in
            var warnings: [NodeTrustWarning] = []
            let left = state.schedule.remaining(at: now)
            let life = window.end.nanoseconds.subtractingReportingOverflow(window.start.nanoseconds)
            if left <= 0 {
                warnings.append(.expired)
            } else if left < (life.overflow ? .max : life.partialValue) / 6 {
                warnings.append(.nearExpiry(hours: left / 3_600_000_000_000))
            }
            if let skew = state.skew, skew.magnitude >= NodeTrustWarning.longestSkew.magnitude { warnings.append(.skew(nanoseconds: skew)) }
            if let denial = state.denial, denial.isInForce(at: now) { warnings.append(.denied(denial)) }
            if let level = state.outdated { warnings.append(.outdated(minimumProtocol: level)) }
            if let refusal = state.refusal { warnings.append(.refusesEpoch(refusal)) }
            if let why = state.unreachable { warnings.append(.unreachable(why)) }
            warnings += state.problems.sorted { $0.key < $1.key }.map { .file($0.value) }
            return warnings
        }
    }
}
