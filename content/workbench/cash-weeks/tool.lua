-- Will the money last? Eight weeks ahead, as on the sheet of lesson know-numbers-3:
-- what was left, plus what comes in, minus what goes out.

local WEEKS = 8
local LATE = 3 -- weeks a customer pays late in the second reckoning

-- To whole cents, half away from zero; never -0.
local function cents(x)
  local c = math.floor(math.abs(x) * 100 + 0.5 + 1e-6) / 100
  return (x < 0 and c > 0) and -c or c
end

-- What is left at the end of each week; also the lowest of them, its week, and the first week below zero.
local function weeks(v, billweek, payweek)
  local bars, left, low, lowweek, below = {}, v.have, nil, 1, nil
  for n = 1, WEEKS do
    left = left + v.comes - v.goes
    if n == billweek then left = left - v.bill end
    if n == payweek then left = left + v.pay end
    left = cents(left)
    bars[n] = { n = n, value = left }
    if not low or left < low then low, lowweek = left, n end
    if left < 0 and not below then below = n end
  end
  return { bars = bars, low = low, lowweek = lowweek, below = below, last = left }
end

-- The first later week in which the bill could be paid and the money never runs out; nil: none of the eight.
local function week_for_bill(v)
  if v.bill <= 0 then return nil end
  for n = v.billweek + 1, WEEKS do
    if not weeks(v, n, v.payweek).below then return n end
  end
  return nil
end

-- What there is to say about it, in one or two sentences.
local function sentences(v, plan, out)
  if v.have + v.comes + v.goes + v.bill + v.pay <= 0 then
    out[#out + 1] = { kind = "say", id = "empty" }
  elseif plan.below then
    local wait = week_for_bill(v)
    out[#out + 1] = { kind = "say", id = "below", n = plan.below, m = cents(-plan.low) }
    out[#out + 1] = wait and { kind = "say", id = "wait", n = wait } or { kind = "say", id = "act" }
  else
    local late = weeks(v, v.billweek, v.payweek + LATE)
    -- Thin: less is left than goes out in one usual week.
    out[#out + 1] = { kind = "say", id = plan.low < v.goes and "thin" or "enough", n = plan.lowweek, m = plan.low }
    if late.below then out[#out + 1] = { kind = "say", id = "late", n = late.below, m = cents(-late.low) } end
  end
end

return {
  fields = {
    { id = "have", kind = "money", start = 1200, min = 0, max = 100000 },
    { id = "comes", kind = "money", start = 650, min = 0, max = 50000 },
    { id = "goes", kind = "money", start = 600, min = 0, max = 50000 },
    { id = "bill", kind = "money", start = 1500, min = 0, max = 100000 },
    { id = "billweek", kind = "number", start = 4, min = 1, max = 8, decimals = 0 },
    { id = "pay", kind = "money", start = 900, min = 0, max = 100000 },
    { id = "payweek", kind = "number", start = 6, min = 1, max = 8, decimals = 0 },
  },
  compute = function(v)
    local plan = weeks(v, v.billweek, v.payweek)
    local out = {
      { kind = "figure", id = "low", unit = "money", value = plan.low, main = true },
      { kind = "figure", id = "lowweek", unit = "number", value = plan.lowweek, decimals = 0 },
      { kind = "figure", id = "last", unit = "money", value = plan.last },
      { kind = "bars", id = "weeks", unit = "money", bars = plan.bars },
    }
    sentences(v, plan, out)
    return out
  end,
}

-- Example: as it starts: 1200 and 50 more each week: 1250, 1300, 1350; week 4: 1350 + 50 - 1500 = -100; week 5: -50;
--   week 6: -50 + 50 + 900 = 900; week 8: 1000. Below zero first in week 4, 100 short. With the bill in week 5 it would
--   be 1450 - 1500 = -50, in week 6 1450 + 50 + 900 - 1500 = 900: it has to wait until week 6.
-- Example: have 800, comes 500, goes 450, bill 1200 in week 5, pay 1000 in week 4: 850, 900, 950, 2000, 850, 900, 950,
--   1000; lowest 850 in week 1. Payment three weeks late, in week 7: week 4 1000, week 5 1050 - 1200 = -150: 150 short.
