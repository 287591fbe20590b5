internal import COpenSSL

/// The functions of one algorithm, or of a library's core, by number; the last entry has number 0 (provider-base(7)).
@safe struct DispatchTable {
    typealias Function = @convention(c) () -> Void

    let start: UnsafePointer<OSSL_DISPATCH>

    func function(_ number: Int32) -> Function? {
        index(of: number).flatMap { unsafe start[$0].function }
    }

    /// A copy with another function in the place of one; nil when there is no such place. Never freed: OpenSSL keeps its address.
    func replacing(_ number: Int32, with function: @escaping Function) -> DispatchTable? {
        guard let place = index(of: number) else { return nil }
        let copy = UnsafeMutablePointer<OSSL_DISPATCH>.allocate(capacity: count + 1)
        unsafe copy.initialize(from: start, count: count + 1)
        unsafe copy[place].function = function
        return unsafe DispatchTable(start: copy)
    }

    private func index(of number: Int32) -> Int? {
        (0..<count).first { unsafe start[$0].function_id == number }
    }

    private var count: Int {
        var count = 0
        while unsafe start[count].function_id != 0 { count += 1 }
        return count
    }
}
