/// The rows of a file as they are compared.
package enum ResidentFeatures {
    package static func read(_ table: ResidentTable, lanes: Int) async -> [PersonFeatures] {
        let parts = await Parallel.map(table.count, pieces: lanes * 4) { range in range.map { PersonFeatures(table.demographics($0)) } }
        return Array(parts.joined())
    }
}
