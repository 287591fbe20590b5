import ArgumentParser
import SampanDomain
import SampanServices

/// Code tables as they are published elsewhere, made into the one form that the registry takes: code, name, parent.
enum CodeFile {
    /// Which columns a file may have, and which of them is the parent.
    private static let forms: [(columns: Set<String>, parent: String?)] = [
        (["code", "name", "parent"], "parent"), (["code", "name"], nil), (["code", "name", "provinceCode"], "provinceCode"),
        (["code", "name", "cityCode", "provinceCode"], "cityCode"), (["table", "code", "name"], nil),
    ]

    /// One table of several files. Ends the command with 65 for a file of no known form, 66 for one that cannot be read.
    /// - Parameters:
    ///   - system: of GBT2260, codes are filled up to their six digits: 11 is 110000.
    ///   - table: which rows of a file with a column `table` are meant: those whose `table` begins with it.
    static func table(_ files: [String], system: String, table: String?) throws -> [UInt8] {
        var writer = CSVWriter(header: CodeSheet.header)
        for file in files {
            let bytes = try RegistryFileInput.read(file)
            do {
                for row in try rows(CSVTable(bytes), file, table) {
                    writer.append(system == "GBT2260" ? [padded(row[0]), row[1], padded(row[2])] : row)
                }
            } catch let error as CSVError {
                throw fault(file, "\(error)")
            }
        }
        return writer.bytes
    }

    private static func rows(_ table: CSVTable, _ file: String, _ wanted: String?) throws -> [[String]] {
        guard let form = forms.first(where: { $0.columns == Set(table.header) }) else {
            throw fault(file, "line 1: the columns are none of those of a code table: code,name,parent")
        }
        let (code, name) = (try table.column("code"), try table.column("name"))
        let parent = try form.parent.map { try table.column($0) }
        let section = form.columns.contains("table") ? try table.column("table") : nil
        if section != nil, wanted == nil { throw fault(file, "holds several tables; say which by --table") }
        return table.rows.compactMap { row in
            if let section, let wanted, !row[section].hasPrefix(wanted) { return nil }
            return [row[code], row[name], parent.map { row[$0] } ?? ""]
        }
    }

    private static func padded(_ code: String) -> String {
        code.isEmpty ? "" : code + String(repeating: "0", count: max(0, 6 - code.utf8.count))
    }

    private static func fault(_ file: String, _ text: String) -> ExitCode {
        StandardError.line("Error: \(CertificateDescription.printable(file)): \(CertificateDescription.printable(text))")
        return ExitCode(65)
    }
}
