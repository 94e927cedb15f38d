-- When to order, and how much. The order point is the usual one of stock keeping:
-- what is used while the delivery is on its way, plus a reserve (here given in days).

local YEAR = 365 -- days ahead that are shown; beyond that nothing has to be ordered
local WEEK = 7
local MOMENT = 0.05 -- of a day, in which a delivery is put on the shelf
local NEAR = 1e-9 -- against 96.0000000001 becoming 97

local function up(x) return math.ceil(x - NEAR) end

local function hundredth(x) return math.floor(x * 100 + 0.5) / 100 end

-- What is left after some days, when so much was there at their start.
local function left(stock, day, days) return hundredth(math.max(0, stock - day * days)) end

-- Puts a point behind the others; the days of a line have to rise.
local function add(points, days, stock)
  local last = points[#points]
  if not last or hundredth(days) > last[1] then points[#points + 1] = { hundredth(days), stock } end
end

-- The stock as it falls, is ordered for, comes, and falls again to the order point.
local function course(v, day, point, days, amount)
  local points = {}
  local comes = days + v.lead
  local empty = v.stock / day
  local full = left(v.stock, day, comes) + amount
  local again = math.min(YEAR, math.max(WEEK, (full - point) / day))
  add(points, 0, v.stock)
  add(points, days, left(v.stock, day, days))
  if empty < comes then add(points, empty, 0) end
  add(points, comes, left(v.stock, day, comes))
  add(points, comes + MOMENT, full) -- nearly upright
  add(points, comes + again, left(full, day, again))
  return points
end

local function line(points, point, mark)
  local last = points[#points][1]
  return { kind = "line", id = "stock", unit = "number", x = "days", mark = mark, series = {
    { id = "stock", points = points },
    { id = "point", points = { { 0, point }, { last, point } } },
  } }
end

-- One has a sentence of its own.
local function say(id, one, n)
  return n == 1 and { kind = "say", id = one } or { kind = "say", id = id, n = n }
end

local function when(v, day, days, boxes, out)
  if days == 0 then
    local without = up(v.lead - v.stock / day) -- days between the last piece and the delivery
    out[#out + 1] = say("now", "now-one", boxes)
    if without > 0 then out[#out + 1] = say("without", "without-one", without) end
  else
    out[#out + 1] = say("later", "later-one", days)
  end
end

return {
  fields = {
    { id = "sold", kind = "number", start = 24, min = 0, max = 10000, decimals = 1 },
    { id = "lead", kind = "number", start = 6, min = 0, max = 90, decimals = 0 },
    { id = "safety", kind = "number", start = 3, min = 0, max = 60, decimals = 0 },
    { id = "stock", kind = "number", start = 70, min = 0, max = 100000, decimals = 0 },
    { id = "box", kind = "number", start = 12, min = 1, max = 1000, decimals = 0 },
    { id = "last", kind = "number", start = 4, min = 1, max = 26, decimals = 0 },
  },
  compute = function(v)
    if v.sold <= 0 then return { { kind = "say", id = "empty" } } end
    local day = v.sold / WEEK
    local point = up(day * (v.lead + v.safety))
    local days = v.stock <= point and 0 or math.floor((v.stock - point) / day + NEAR)
    local out = {}
    if days > YEAR then
      out[1] = line({ { 0, v.stock }, { YEAR, left(v.stock, day, YEAR) } }, point)
      out[2] = { kind = "say", id = "long" }
      return out
    end
    -- Enough for the weeks an order should last, and to make up for what already lacks.
    local boxes = up((v.sold * v.last + math.max(0, point - v.stock)) / math.max(1, v.box))
    local points = course(v, day, point, days, boxes * v.box)
    out[1] = { kind = "figure", id = "days", unit = "number", value = days, decimals = 0, main = true }
    out[2] = { kind = "figure", id = "boxes", unit = "number", value = boxes, decimals = 0 }
    out[3] = { kind = "figure", id = "point", unit = "number", value = point, decimals = 0 }
    out[4] = line(points, point, { x = days, y = left(v.stock, day, days) })
    when(v, day, days, boxes, out)
    if v.last * WEEK < v.lead then
      out[#out + 1] = { kind = "say", id = "often" }
    elseif point > 0 then
      out[#out + 1] = say("shelf", "shelf-one", point)
    end
    return out
  end,
}

-- Example: as it starts: 24 / 7 x (6 + 3) = 30.9: order point 31; (70 - 31) / (24 / 7) = 11.4: in 11 days;
--   24 x 4 = 96: 8 boxes of 12. After 11 days 70 - 37.71 = 32.29 are left, when it comes after 17 days 11.71.
-- Example: sold 10, lead 14, safety 4, stock 15, box 6, last 6: 10 / 7 x 18 = 25.7: order point 26; 15 is less: today;
--   60 + (26 - 15) = 71: 12 boxes of 6; 15 lasts 10.5 days, the delivery takes 14: without for 3.5, so about 4 days.
