/// Reads what the channels may charge, as finance keeps it: `org,basis_points`, where the institution `*` stands for all others.
///
/// A contract is not a part of the program: a hospital that gets another rate must not wait for an edition of it.
struct FeeContractReader {
    private static let everybody = "*"
    /// Basis points at the most: all of the money.
    private static let most: Int64 = 10_000

    /// Throws what is wrong, with file, line and column: a rate above 100 %, an institution that stands twice, none for all others.
    static func read(_ path: String) throws(ReconciliationError) -> FeeContract {
        var table = try ColumnTable(FileSource(try .reading(path)), name: path)
        let (institution, rate) = (try table.column("org"), try table.column("basis_points"))
        var rates: [String: FeeContract.BasisPoints] = [:]
        while try table.next() {
            let code = try table.text(institution)
            guard !code.isEmpty else { throw table.wrong(institution, "empty") }
            let points = try table.number(rate)
            guard points <= most else { throw table.wrong(rate, "more than \(most) basis points, which are 100 %") }
            guard rates.updateValue(points, forKey: code) == nil else { throw table.wrong(institution, "the institution stands twice") }
        }
        guard let standard = rates.removeValue(forKey: everybody) else {
            throw .badData(file: path, line: nil, column: "org", problem: "no line of \(everybody), the rate of all other institutions")
        }
        return FeeContract(standard: standard, exceptions: rates)
    }
}
