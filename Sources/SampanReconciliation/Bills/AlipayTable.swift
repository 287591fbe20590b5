/// A CSV file of an Alipay bill: comment lines with `#` around a table, in GBK (UTF-8 is read too, should a bill ever come so).
struct AlipayTable {
    /// The tables that a bill consists of.
    enum Kind: Hashable {
        /// 业务明细: a line for each payment and refund.
        case detail
        /// 业务明细(汇总): a line for each shop, and their sum.
        case summary
    }

    let kind: Kind
    var table: ColumnTable
    let isUTF8: Bool

    /// Reads as far as the table's header.
    init(_ reader: LineReader) throws(ReconciliationError) {
        var lines = reader
        var found: (header: [String], isUTF8: Bool)?
        while found == nil, let line = try lines.next(quoting: false) {
            if line.isEmpty || lines.buffer[line.lowerBound] == UInt8(ascii: "#") { continue }
            let bytes = Array(lines.buffer[line])
            let utf8 = String(validating: bytes, as: UTF8.self)
            let gbk = utf8 == nil ? try GB18030.decode(bytes) : nil
            guard let text = utf8 ?? gbk else { throw lines.wrong("the header is neither GBK nor UTF-8") }
            let names = text.split(separator: ",", omittingEmptySubsequences: false)
            found = (names.map { String($0.trimming(while: { $0 == " " || $0 == "\t" })) }, utf8 != nil)
        }
        guard let found else { throw lines.wrong("no line names the columns: the bill is empty or cut off; fetch it again") }
        isUTF8 = found.isUTF8
        kind = found.header.contains("交易订单总笔数") ? .summary : .detail
        table = try ColumnTable(header: found.header, lines: lines, form: .plain)
    }

    /// A word as its file writes it.
    func encoded(_ word: String) throws(ReconciliationError) -> [UInt8] { isUTF8 ? Array(word.utf8) : try GB18030.encode(word) }

    /// A comment line as text.
    func text(_ line: Range<Int>) throws(ReconciliationError) -> String {
        let bytes = Array(table.lines.buffer[line])
        let text = isUTF8 ? String(validating: bytes, as: UTF8.self) : try GB18030.decode(bytes)
        guard let text else { throw table.lines.wrong(isUTF8 ? "not UTF-8" : "not GBK") }
        return text
    }
}

extension Substring {
    fileprivate func trimming(while isAround: (Character) -> Bool) -> Substring {
        var rest = drop(while: isAround)
        while let last = rest.last, isAround(last) { rest.removeLast() }
        return rest
    }
}
