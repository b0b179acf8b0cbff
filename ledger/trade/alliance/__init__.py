"""The alliance: who holds, inspects, carries, judges and guarantees, admitted by the quorum of governance."""
