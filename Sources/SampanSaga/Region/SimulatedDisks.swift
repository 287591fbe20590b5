internal import SampanFerry
internal import SampanServices
internal import SampanStorage

/// What is on the disks of a region: it outlives every process, and is begun anew for every run.
///
/// Made once for many runs: opening three databases costs more than a run.
package final class SimulatedDisks: Sendable {
    let payments: MemoryDatabase
    let requests: MemoryDatabase
    let his: MemoryDatabase

    static let institution = "4699010001"
    static let department = "03"
    static let schedule = "S1"
    static let bill = "B1"
    static let billFen: Int64 = 12_345
    static let admission = "ZY0001"

    package init(bug: PlantedBug? = nil) throws {
        payments = try MemoryDatabase(schema: PaymentStore.schema)
        requests = try MemoryDatabase(schema: RequestStore.schema)
        var seed = HISSeed(
            institutions: [(Self.institution, "县人民医院")], departments: [(Self.department, "内科")],
            admissions: [(Self.institution, Self.admission)])
        seed.schedules = [.init(institution: Self.institution, id: Self.schedule, department: Self.department, quota: 1)]
        seed.orders = [.init(institution: Self.institution, id: Self.bill, items: [("血常规", 2_345), ("心电图", 10_000)])]
        his = try MemoryDatabase(schema: HISStore.schema, isLazy: bug == .answerBeforeCommit) { tx in try seed.plant(tx) }
    }

    func reset() throws(StorageError) {
        try payments.reset()
        try requests.reset()
        try his.reset()
    }
}
