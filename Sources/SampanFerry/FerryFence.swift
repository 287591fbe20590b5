/// Who speaks for a worker's rows: a number that rises with each change (a worker that was started again, a helper in its place).
///
/// The transaction of the HIS that decides a row checks it: what a process does that was stopped in the middle and comes back after its
/// lease, under an old fence, has no effect. (The inbox alone already keeps a row from having two; the fence also keeps the late one from
/// giving up rows that its successor is about to post.)
package struct FerryFence: Sendable, Hashable {
    /// 0 to 63.
    package let worker: Int64
    /// Above 0.
    package let number: Int64

    package init(worker: Int64, number: Int64) {
        self.worker = worker
        self.number = number
    }
}
