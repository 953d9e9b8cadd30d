package io.losswatch.deploy.audit;

import java.util.List;

/** Compares what the partials tell of a range of offsets with what its records say. */
interface RangeJudge {
  /** Some records are deleted, so it cannot be judged; their dead letters are not either. */
  void pass(Range range, List<Recounted> records);

  /** All records are there, but those that compaction may have deleted. */
  void judge(Range range, List<Recounted> records);
}
