package import SampanDomain

/// What one ferry worker is told. Every number has a range; each default its reason.
package struct WorkerConfiguration: Sendable {
    /// This worker takes the rows with seq mod `count` == `worker` (GW-07).
    package var worker: Int
    package var count: Int
    /// Names this run of it (`WorkerSession`): rows are leased to it.
    package var session: String
    /// Rows of one claim and of one HIS transaction, 1 to 1024. 64: a sync is shared by many rows, and an answer waits for few.
    package var batch: Int
    /// The fallback tick: an idle worker asks at least this often (GW-05). 1 s, the published practice.
    package var pollInterval: Duration
    /// Whether a claim waits at the gateway until a row is there. Off, the worker only polls: for comparison.
    package var wakes: Bool
    /// Whether it takes rows of workers that do not come for theirs, when it has none.
    package var helps: Bool
    /// How institution codes are written in this region.
    package var scheme: InstitutionCode.Scheme
    /// Opens payloads that were sealed; nil where there is no key.
    package var opener: PayloadOpener?

    package init(
        worker: Int, count: Int, session: String, batch: Int = 64, pollInterval: Duration = .seconds(1), wakes: Bool = true,
        helps: Bool = true, scheme: InstitutionCode.Scheme = .unifiedSocialCredit, opener: PayloadOpener? = nil
    ) {
        self.worker = worker
        self.count = count
        self.session = session
        self.batch = batch
        self.pollInterval = pollInterval
        self.wakes = wakes
        self.helps = helps
        self.scheme = scheme
        self.opener = opener
    }
}
